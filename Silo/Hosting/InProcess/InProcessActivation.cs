using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Preble.Actors;
using Preble.Core;

namespace Preble.Hosting.InProcess;

/// <summary>
/// One grain object and its mailbox. The object is made on the first turn. At the end: no new calls, the running ones finish (for a bounded time),
/// the grain's own ending actions run last-registered first, then what streams are left are aborted.
/// </summary>
internal sealed class InProcessActivation(
    GrainAddress address, Func<IActivation, object> factory, Action freeAddress, TimeProvider time, ILogger log) : IActivation
{
    private readonly Mailbox _mailbox = new(address.ToString());
    private readonly Stack<Func<CancellationToken, Task>> _endings = new();
    private readonly CancellationTokenSource _lifetime = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private object? _grain;
    private bool _reentrant;
    private int _ending;

    public GrainAddress Address { get; } = address;

    public string Key => Address.Key;

    /// <summary>Cancelled when the activation has ended.</summary>
    public CancellationToken Lifetime => _lifetime.Token;

    /// <summary>Completes when the activation has ended and its address is free for the next one.</summary>
    public Task Ended => _ended.Task;

    public IDisposable RegisterTimer(Func<CancellationToken, Task> tick, TimeSpan period) =>
        new InProcessTimer(_mailbox, tick, period, time, log, _lifetime.Token);

    public void OnDeactivate(Func<CancellationToken, Task> action) => _endings.Push(action);

    public void DeactivateWhenIdle() => _ = EndAsync();

    public Task<T> CallAsync<T>(TurnKind kind, Func<object, Task<T>> call, CancellationToken cancellation)
    {
        // Read without a turn: false only until the first call has made the grain, and then the call merely waits its turn.
        var admitted = Volatile.Read(ref _reentrant) ? TurnKind.Interleaved : kind;
        return _mailbox.RunAsync(admitted, () => call(Grain()), cancellation);
    }

    /// <summary>Runs a piece of a stream; see <see cref="Mailbox.RunBetweenTurnsAsync"/>.</summary>
    public Task<T> StreamAsync<T>(Func<object, Task<T>> piece) => _mailbox.RunBetweenTurnsAsync(() => piece(Grain()));

    /// <summary>Ends the activation, once; later calls wait for the same end.</summary>
    public Task EndAsync()
    {
        if (Interlocked.Exchange(ref _ending, 1) == 0)
        {
            _ = EndOnceAsync();
        }

        return Ended;
    }

    private async Task EndOnceAsync()
    {
        var bound = TimeSpan.FromSeconds(Limits.DeactivationSeconds);
        try
        {
            await _mailbox.CloseAsync().WaitAsync(bound, time);
        }
        catch (TimeoutException)
        {
            log.EndedWhileRunning(Address.ToString(), bound.TotalSeconds);
        }

        using (var patience = new CancellationTokenSource(bound, time))
        {
            await _mailbox.RunBetweenTurnsAsync(() => RunEndingsAsync(patience.Token));
        }

        await _lifetime.CancelAsync();
        freeAddress();
        log.Ended(Address.ToString());
        _ended.SetResult();
    }

    private async Task<bool> RunEndingsAsync(CancellationToken patience)
    {
        while (_endings.TryPop(out var action))
        {
            try
            {
                await action(patience).WaitAsync(patience);
            }
            catch (Exception failure)
            {
                log.EndingFailed(failure, Address.ToString());
            }
        }

        (_grain as IDisposable)?.Dispose();
        return true;
    }

    private object Grain()
    {
        if (_grain is null)
        {
            try
            {
                _grain = factory(this);
            }
            catch
            {
                // A half-made grain must not answer: the next call starts afresh.
                DeactivateWhenIdle();
                throw;
            }

            Volatile.Write(ref _reentrant, _grain.GetType().IsDefined(typeof(ReentrantAttribute), inherit: true));
            log.Activated(Address.ToString());
        }

        return _grain;
    }
}
