namespace Preble.Core.Batching.Queueing;

/// <summary>
/// Whose turn it is among the tenants of one priority level: the one that was served least, by the virtual token counter of Sheng et al.
/// (Fairness in Serving Large Language Models, 2024). An input token counts 1 and is charged at the first admission, an output token
/// counts 2 and is charged as it comes. Who comes back from doing nothing starts where the least served of the others is, so that
/// nobody saves up turns.
/// </summary>
internal sealed class TenantFairness(WorkerCoreOptions options)
{
    public const int InputWeight = 1;
    public const int OutputWeight = 2;

    private readonly Dictionary<string, TenantQueue> _byTenant = new(StringComparer.Ordinal);
    private readonly List<TenantQueue> _queues = [];
    private readonly List<TenantQueue> _candidates = [];
    private long _lastServed;

    /// <summary>One more request waits: finds its tenant's queue, and raises its counter if it had nothing waiting.</summary>
    public TenantQueue Enter(string tenant)
    {
        var queue = QueueOf(options.Fairness ? tenant : "");
        if (queue.Waiting == 0)
        {
            queue.Served = Math.Max(queue.Served, LeastServedOfWaiting());
        }

        queue.Waiting++;
        queue.Requests++;
        return queue;
    }

    /// <summary>A request no longer waits for its first admission: it was admitted or cancelled.</summary>
    public void Leave(TenantQueue queue)
    {
        if (--queue.Waiting == 0)
        {
            _lastServed = queue.Served;
        }
    }

    public void Add(QueuePlace place)
    {
        var queue = place.Tenant!;
        if (queue.Discipline.Count == 0)
        {
            _candidates.Add(queue);
        }

        queue.Discipline.Add(place);
    }

    public void Remove(QueuePlace place)
    {
        var queue = place.Tenant!;
        queue.Discipline.Remove(place);
        DropWhenEmpty(queue);
    }

    /// <summary>The turn of the least served tenant that has somebody for this round; the one who came first among equals.</summary>
    public QueuePlace? Peek(QueueRound round)
    {
        var (next, least) = ((QueuePlace?)null, long.MaxValue);
        foreach (var queue in _candidates)
        {
            if (queue.Served < least && queue.Discipline.Peek(round) is { } place)
            {
                (next, least) = (place, queue.Served);
            }
        }

        return next;
    }

    /// <summary>Takes the one whose turn it was and charges its prompt.</summary>
    public void Take(QueuePlace place, QueueRound round)
    {
        var queue = place.Tenant!;
        queue.Discipline.Take(place, round);
        queue.Served += (long)InputWeight * place.Sequence.PromptLength;
        DropWhenEmpty(queue);
        Leave(queue);
    }

    private void DropWhenEmpty(TenantQueue queue)
    {
        if (queue.Discipline.Count == 0)
        {
            _candidates.Remove(queue);
        }
    }

    /// <summary>The least counter of those who have somebody waiting; the counter of the last who had, when nobody has.</summary>
    private long LeastServedOfWaiting()
    {
        var least = long.MaxValue;
        foreach (var queue in _queues)
        {
            if (queue.Waiting > 0)
            {
                least = Math.Min(least, queue.Served);
            }
        }

        return least == long.MaxValue ? _lastServed : least;
    }

    private TenantQueue QueueOf(string tenant)
    {
        if (_byTenant.TryGetValue(tenant, out var queue))
        {
            return queue;
        }

        if (_queues.Count < Limits.FairTenants)
        {
            queue = new TenantQueue(tenant, QueueDisciplines.Create(options));
            _queues.Add(queue);
            _byTenant.Add(tenant, queue);
            return queue;
        }

        return Reuse(tenant) ?? _queues[(int)(HashOf(tenant) % (uint)_queues.Count)];
    }

    /// <summary>Gives the tenant the queue of one that has nothing at work; null when all have, and it shares somebody's.</summary>
    private TenantQueue? Reuse(string tenant)
    {
        foreach (var queue in _queues)
        {
            if (queue.Requests == 0)
            {
                _byTenant.Remove(queue.Tenant);
                _byTenant.Add(tenant, queue);
                (queue.Tenant, queue.Served) = (tenant, 0);
                return queue;
            }
        }

        return null;
    }

    /// <summary>FNV-1a: the same on every run, unlike a string's own hash code.</summary>
    private static uint HashOf(string tenant)
    {
        var hash = 2166136261u;
        foreach (var character in tenant)
        {
            hash = unchecked((hash ^ character) * 16777619);
        }

        return hash;
    }
}
