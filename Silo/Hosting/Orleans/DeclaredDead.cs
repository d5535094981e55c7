using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Preble.Hosting.Orleans;

/// <summary>
/// Ends the process when its silo cannot go on, above all when the others have declared it dead: with one sentence and an exit code, so that
/// whoever started it starts it again. Nothing is drained, for nobody in the fleet listens to it any more.
/// </summary>
internal sealed class DeclaredDead(ILogger<DeclaredDead> log) : IFatalErrorHandler
{
    /// <summary>An internal failure, by the convention of sysexits.</summary>
    public const int ExitCode = 70;

    /// <summary>How long the process's own end may take before it is cut.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What is cancelled at an end was asked to.</summary>
    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        log.SiloCannotGoOn(exception, context);
        Console.Error.WriteLine(
            "preble: this process can no longer be a member of its fleet, most likely because it was declared dead, and ends; start it again.");
        using var cut = new Timer(static _ => Environment.FailFast("The process did not end."), null, Patience, Timeout.InfiniteTimeSpan);
        Environment.Exit(ExitCode);
    }
}
