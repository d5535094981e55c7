namespace Preble.Api;

/// <summary>
/// Lets requests in while the server runs, and sees them out when it stops: first nobody new enters, then those inside may finish for a bounded time,
/// then <see cref="Closed"/> tells the rest, which still get an answer that says so. Enter, and always Leave.
/// </summary>
internal sealed class RequestGate(TimeSpan drainTime, TimeProvider time) : IHostedLifecycleService, IDisposable
{
    /// <summary>How long requests have to write their last words once the gate is closed.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The server itself counts as one until it stops, so that the count reaches 0 exactly once.
    private int _inside = 1;
    private volatile bool _draining;

    public bool Draining => _draining;

    public CancellationToken Closed => _closed.Token;

    public int Inside => Volatile.Read(ref _inside) - (_draining ? 0 : 1);

    public bool TryEnter()
    {
        Interlocked.Increment(ref _inside);
        if (!_draining)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _inside) == 0)
        {
            _empty.TrySetResult();
        }
    }

    /// <summary>No more time for those inside: they are told now, or as soon as the drain begins.</summary>
    public void HurryUp() => _hurry.Cancel();

    /// <summary>Runs before anything else of the host stops, so the workers are still there for those inside.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _draining = true;
        Leave();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _hurry.Token);
        if (!await EmptyWithinAsync(drainTime, either.Token))
        {
            await _closed.CancelAsync();
            await EmptyWithinAsync(LastWords, cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _closed.Dispose();
        _hurry.Dispose();
    }

    private async Task<bool> EmptyWithinAsync(TimeSpan bound, CancellationToken cancellation)
    {
        try
        {
            await _empty.Task.WaitAsync(bound, time, cancellation);
            return true;
        }
        catch (Exception over) when (over is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
