using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Preble.Hosting.Telemetry;

/// <summary>
/// Says when the process begins to drain and when it has ended, so that an operator who has sent SIGTERM sees what it waits for. Added last: it
/// hears of a stop first.
/// </summary>
/// <param name="inside">How many requests are inside now.</param>
internal sealed class Lifetime(Func<int> inside, TimeSpan drainTime, TimeProvider time, ILoggerFactory logs) : IHostedLifecycleService
{
    /// <summary>Logged unless the operator says otherwise.</summary>
    public const string Category = "Preble.Lifetime";

    private readonly ILogger _log = logs.CreateLogger(Category);
    private long _since;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _since = time.GetTimestamp();
        _log.Draining(inside(), drainTime.TotalSeconds);
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _log.Ended(time.GetElapsedTime(_since).TotalSeconds, inside());
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static partial class LifetimeLog
{
    [LoggerMessage(1, LogLevel.Information, "Draining {Requests} requests, up to {Seconds} s; new ones are refused.")]
    public static partial void Draining(this ILogger log, int requests, double seconds);

    [LoggerMessage(2, LogLevel.Information, "Ended after {Seconds:F1} s; {Requests} requests were left.")]
    public static partial void Ended(this ILogger log, double seconds, int requests);
}
