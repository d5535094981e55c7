using Preble.Core;

namespace Preble.Hosting.InProcess;

/// <summary>
/// The calls of one activation. Whatever they are, only one thread at a time runs them; which of them may be under way together says their
/// <see cref="TurnKind"/>. Waiting calls run in order of arrival; their number is bounded. All state is touched on the mailbox's own scheduler.
/// </summary>
internal sealed class Mailbox(string name)
{
    private readonly TaskFactory _turns = new(
        CancellationToken.None,
        TaskCreationOptions.DenyChildAttach,
        TaskContinuationOptions.None,
        new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);

    private readonly Queue<WaitingCall> _waiting = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _exclusive;
    private int _readers;
    private int _interleaved;
    private bool _closed;

    public string Name { get; } = name;

    /// <summary>Runs a call when its turn comes.</summary>
    /// <exception cref="ActivationEndedException">The activation has ended; the call did not run.</exception>
    public Task<T> RunAsync<T>(TurnKind kind, Func<Task<T>> call, CancellationToken cancellation) =>
        _turns.StartNew(() => TurnAsync(kind, call, cancellation)).Unwrap();

    /// <summary>Runs a piece of a stream between the calls. It holds no turn, so that a stream never keeps the grain from its other work.</summary>
    public Task<T> RunBetweenTurnsAsync<T>(Func<Task<T>> piece) => _turns.StartNew(piece).Unwrap();

    /// <summary>Lets no further call in; the waiting ones are turned away. Completes when the running ones have finished.</summary>
    public Task CloseAsync() => _turns.StartNew(Close).Unwrap();

    private async Task<T> TurnAsync<T>(TurnKind kind, Func<Task<T>> call, CancellationToken cancellation)
    {
        await EnterAsync(kind, cancellation);
        CallChain.Current = new CallChain(this, kind != TurnKind.Interleaved, CallChain.Current);
        try
        {
            return await call();
        }
        finally
        {
            Leave(kind);
        }
    }

    private async Task EnterAsync(TurnKind kind, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_closed)
        {
            throw new ActivationEndedException(Name);
        }

        if (kind == TurnKind.Interleaved || (_waiting.Count == 0 && MayStart(kind)))
        {
            Count(kind, 1);
            return;
        }

        CallChain.RequireNoDeadlock(this);
        if (_waiting.Count >= Limits.MailboxCalls)
        {
            throw new MailboxFullException($"{Name} has {_waiting.Count} calls waiting, which is the limit.");
        }

        await WaitForTurnAsync(kind, cancellation);
    }

    private async Task WaitForTurnAsync(TurnKind kind, CancellationToken cancellation)
    {
        var call = new WaitingCall(kind);
        _waiting.Enqueue(call);
        try
        {
            await call.Turn.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            Abandon(call);
            throw;
        }
    }

    private void Abandon(WaitingCall call)
    {
        call.Abandoned = true;
        if (call.Turn.Task.IsCompletedSuccessfully)
        {
            // The turn was given just before the caller left: pass it on.
            Leave(call.Kind);
        }
    }

    private void Leave(TurnKind kind)
    {
        Count(kind, -1);
        while (_waiting.TryPeek(out var next) && (next.Abandoned || MayStart(next.Kind)))
        {
            _waiting.Dequeue();
            if (!next.Abandoned)
            {
                Count(next.Kind, 1);
                next.Turn.SetResult();
            }
        }

        CompleteWhenIdle();
    }

    private Task Close()
    {
        _closed = true;
        while (_waiting.TryDequeue(out var call))
        {
            call.Turn.TrySetException(new ActivationEndedException(Name));
        }

        CompleteWhenIdle();
        return _idle.Task;
    }

    private void CompleteWhenIdle()
    {
        if (_closed && _exclusive + _readers + _interleaved == 0)
        {
            _idle.TrySetResult();
        }
    }

    private bool MayStart(TurnKind kind) => _exclusive == 0 && (kind == TurnKind.ReadOnly || _readers == 0);

    private void Count(TurnKind kind, int change)
    {
        switch (kind)
        {
            case TurnKind.Exclusive:
                _exclusive += change;
                break;
            case TurnKind.ReadOnly:
                _readers += change;
                break;
            default:
                _interleaved += change;
                break;
        }
    }

    private sealed class WaitingCall(TurnKind kind)
    {
        public TurnKind Kind { get; } = kind;

        public bool Abandoned { get; set; }

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>More calls wait for a grain than it may keep waiting.</summary>
public sealed class MailboxFullException(string message) : Exception(message);

/// <summary>The call met an activation at its end and did not run; it belongs to the next one.</summary>
internal sealed class ActivationEndedException(string name) : Exception($"{name} has ended.");
