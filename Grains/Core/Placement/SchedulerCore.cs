namespace Preble.Core.Placement;

/// <summary>
/// The global scheduler of one model as a state machine: what workers hold, what is booked on them, and where the next request goes.
/// One writer. <c>now</c> is the time since the host started and never runs backwards.
/// </summary>
public sealed class SchedulerCore(ModelId model, SchedulerOptions options)
{
    private readonly SchedulerOptions _options = options.Validate();

    public ModelId Model => model;

    /// <summary>Chooses a worker and books the request on it, or refuses.</summary>
    public PlacementResult Place(PlacementQuery query, TimeSpan now) => throw new NotSupportedException(_options.Policy);

    /// <summary>Releases a booking with the true numbers. Unknown and repeated completions are ignored.</summary>
    public void Complete(RequestCompletion completion, TimeSpan now) => throw new NotSupportedException();

    /// <summary>A worker joins, or comes back with a new epoch: then its residency and bookings start empty.</summary>
    public void Register(WorkerRegistration registration, TimeSpan now) => throw new NotSupportedException();

    /// <summary>Takes in a worker's beat and says what the scheduler lacks.</summary>
    public ReportAnswer Report(WorkerReport report, TimeSpan now) => throw new NotSupportedException();

    /// <summary>Replaces what is believed of a worker's cache.</summary>
    public void Restore(KvCacheSnapshot snapshot, TimeSpan now) => throw new NotSupportedException();

    /// <summary>Forgets a worker, its residency and its bookings.</summary>
    public void Lose(WorkerId worker, TimeSpan now) => throw new NotSupportedException();

    /// <summary>Expires windows, unanswered bookings and silent workers; returns the workers lost now. Call it about once a second.</summary>
    public IReadOnlyList<WorkerId> Tick(TimeSpan now) => throw new NotSupportedException();

    /// <summary>Takes what has been seen of hot prefixes since the last call, a bounded batch at a time.</summary>
    public IReadOnlyList<PrefixNodeReport> TakePrefixReports(TimeSpan now) => throw new NotSupportedException();

    /// <summary>What the scheduler believes about its workers.</summary>
    public FleetOverview Overview(TimeSpan now) => throw new NotSupportedException();
}
