namespace Preble.Core.Batching.Queueing;

/// <summary>
/// The requests of one priority: first those that ran before and were preempted, by arrival, for their readers wait in mid-sentence and
/// their turn was paid for; then the tenants in fairness.
/// </summary>
internal sealed class PriorityLevel(int priority, WorkerCoreOptions options)
{
    private readonly PlaceHeap _resuming = new();

    public int Priority { get; } = priority;

    public TenantFairness Tenants { get; } = new(options);

    /// <summary>Requests that wait or run.</summary>
    public int Requests { get; set; }

    public void Add(QueuePlace place)
    {
        if (place.Resumes)
        {
            _resuming.Add(place, 0);
        }
        else
        {
            Tenants.Add(place);
        }
    }

    public void Remove(QueuePlace place)
    {
        if (place.Resumes)
        {
            _resuming.Remove(place);
        }
        else
        {
            Tenants.Remove(place);
        }
    }

    public void Rebin(QueuePlace place)
    {
        if (!place.Resumes)
        {
            place.Tenant!.Discipline.Rebin(place);
        }
    }

    public QueuePlace? Peek(QueueRound round) => _resuming.First ?? Tenants.Peek(round);

    public void Take(QueuePlace place, QueueRound round)
    {
        if (place.Resumes)
        {
            _resuming.Remove(place);
        }
        else
        {
            Tenants.Take(place, round);
        }
    }
}
