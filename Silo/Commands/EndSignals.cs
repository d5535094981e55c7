using System.Runtime.InteropServices;

namespace Preble.Commands;

/// <summary>
/// SIGTERM and Ctrl-C beside the host's own handling: the first before the server is ready gives its loading up, the second after that ends the
/// drain. Make it before anything is loaded; dispose it at the end.
/// </summary>
internal sealed class EndSignals : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;
    private volatile int _exitCode;

    public EndSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Take(context, 128 + 15)),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Take(context, 128 + 2)),
    ];

    public CancellationToken First => _first.Token;

    public bool Received => _exitCode != 0;

    /// <summary>What a shell shows for a program that the first signal ended.</summary>
    public int ExitCode => _exitCode;

    /// <summary>Called at the second signal, and at each that follows.</summary>
    public Action? Again { get; set; }

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _first.Dispose();
    }

    private void Take(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1)
        {
            Again?.Invoke();
            return;
        }

        _exitCode = exitCode;
        _first.Cancel();
    }
}
