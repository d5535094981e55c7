using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>Stands before an engine's steps: counts them, holds them, makes them fail. Open at first.</summary>
public sealed class StepGate : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private readonly SemaphoreSlim _permits = new(0);
    private readonly Lock _lock = new();
    private readonly List<string[]> _steps = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _watchers = [];
    private bool _closed;
    private bool _held;
    private int _waiting;

    /// <summary>Thrown by the next step, once.</summary>
    public Exception? Failure { get; set; }

    /// <summary>The requests of each step that has begun.</summary>
    public IReadOnlyList<string[]> Steps
    {
        get
        {
            lock (_lock)
            {
                return [.. _steps];
            }
        }
    }

    /// <summary>From now on each step needs a permit; the step under way may be before or behind the gate.</summary>
    public void Close() => Volatile.Write(ref _closed, true);

    /// <summary>Lets steps through one by one until something holds; no more steps than it takes.</summary>
    public Task StepUntilAsync(Func<Task<bool>> holds, string what) =>
        Wait.UntilAsync(
            async () =>
            {
                if (await holds())
                {
                    return true;
                }

                if (Volatile.Read(ref _held) && _permits.CurrentCount == 0)
                {
                    Permit();
                }

                return false;
            },
            what);

    public void Permit(int steps = 1) => _permits.Release(steps);

    public void Open()
    {
        Volatile.Write(ref _closed, false);
        _permits.Release(1);
    }

    /// <summary>Completes when so many steps have come to the gate since the engine was made; the last may still be held there.</summary>
    public Task Reached(int count)
    {
        lock (_lock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((count, reached));
            Tell();
            return reached.Task;
        }
    }

    public void Pass(StepPlan plan)
    {
        lock (_lock)
        {
            _steps.Add([.. plan.Chunks.Select(chunk => chunk.Sequence.Id.Value).Order(StringComparer.Ordinal)]);
            Tell();
        }

        WaitForPermit();

        var failure = Failure;
        Failure = null;
        if (failure is not null)
        {
            throw failure;
        }
    }

    private void WaitForPermit()
    {
        // Counted before the gate is looked at, so that whoever passes an opened gate knows who may not have seen it open.
        Interlocked.Increment(ref _waiting);
        try
        {
            if (Volatile.Read(ref _closed))
            {
                HoldUntilPermitted();
            }
        }
        finally
        {
            if (Interlocked.Decrement(ref _waiting) > 0 && !Volatile.Read(ref _closed))
            {
                // Opening gives one permit, and the engines of several workers may stand here.
                _permits.Release();
            }
        }
    }

    private void HoldUntilPermitted()
    {
        Volatile.Write(ref _held, true);
        var permitted = _permits.Wait(Bound);
        Volatile.Write(ref _held, false);
        if (!permitted)
        {
            throw new TimeoutException("Nobody opened the gate.");
        }
    }

    public void Dispose() => _permits.Dispose();

    private void Tell()
    {
        foreach (var (count, reached) in _watchers)
        {
            if (_steps.Count >= count)
            {
                reached.TrySetResult();
            }
        }
    }
}
