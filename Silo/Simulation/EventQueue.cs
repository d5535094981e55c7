using Preble.Core;

namespace Preble.Simulation;

/// <summary>What happens next. What is due at the same time happens in the order in which it was posted, so that a run repeats exactly.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<SimulationEvent, (long Ticks, long Order)> _heap = new();
    private long _order;

    public TimeSpan Now { get; private set; }

    /// <summary>Events posted that are not periodic: when there are none, nothing more comes of itself.</summary>
    public int Live { get; private set; }

    public void Post(TimeSpan at, SimulationEvent what)
    {
        Invariant.Require(at >= Now, "nothing happens in the past");
        Live += what.IsPeriodic ? 0 : 1;
        _heap.Enqueue(what, (at.Ticks, _order++));
    }

    /// <summary>Moves the clock to the next event and takes it out; false when there is none.</summary>
    public bool TryTake(out SimulationEvent what)
    {
        if (!_heap.TryDequeue(out what, out var due))
        {
            return false;
        }

        Now = TimeSpan.FromTicks(due.Ticks);
        Live -= what.IsPeriodic ? 0 : 1;
        return true;
    }
}

/// <summary>What an event is; its message is named beside it.</summary>
internal enum EventKind
{
    /// <summary>A client sends a request: SimulatedRequest. It, or the one after it, is taken from the workload.</summary>
    Arrival,

    /// <summary>A follow-up of a request that has ended arrives: SimulatedRequest.</summary>
    FollowUp,

    /// <summary>A placement query reaches the scheduler: SimulatedRequest.</summary>
    Query,

    /// <summary>A command reaches a worker: SimulatedRequest.</summary>
    Command,

    /// <summary>A worker's step has ended; the number is the worker's epoch.</summary>
    StepEnd,

    /// <summary>A report reaches the scheduler: WorkerReport.</summary>
    Report,

    /// <summary>The scheduler's answer reaches the worker: the number is the answer, 0 for none.</summary>
    ReportAnswer,

    /// <summary>A registration reaches the scheduler: WorkerRegistration.</summary>
    Registration,

    /// <summary>A snapshot reaches the scheduler: KvCacheSnapshot.</summary>
    Snapshot,

    /// <summary>A completion reaches the scheduler: RequestCompletion.</summary>
    Completion,

    /// <summary>A worker is lost.</summary>
    Loss,

    /// <summary>A lost worker is back, with an empty cache.</summary>
    Return,

    /// <summary>A worker's idle beat.</summary>
    Beat,

    /// <summary>The scheduler's tick.</summary>
    Tick,
}

/// <param name="Worker">The worker it is about, from or to.</param>
/// <param name="Number">See the kind.</param>
/// <param name="Message">See the kind.</param>
internal readonly record struct SimulationEvent(EventKind Kind, int Worker = -1, long Number = 0, object? Message = null)
{
    /// <summary>True for what goes on for ever, whether or not there is anything to do.</summary>
    public bool IsPeriodic => Kind is EventKind.Beat or EventKind.Tick;
}
