namespace Preble.Core.Placement.Admission;

/// <summary>
/// Requests that wait at the scheduler while every worker has as many as it may have. The lowest priority value goes first, strictly; within
/// it the tenant that was served least; within that, first come first served. Bounded: when it is full, the newest of the highest value gives
/// way to a lower one. Nobody waits longer than the patience.
/// </summary>
/// <param name="capacity">Requests that may wait; 0 for none.</param>
/// <param name="patience">How long one may wait.</param>
public sealed class PlacementQueue(int capacity, TimeSpan patience)
{
    private readonly SortedDictionary<int, Level> _levels = [];
    private readonly Dictionary<RequestId, QueuedPlacement> _byRequest = [];
    private readonly LinkedList<QueuedPlacement> _oldestFirst = new();
    private long _last;

    public int Count => _byRequest.Count;

    public TenantCounters Tenants { get; } = new();

    /// <summary>
    /// Lets the request wait. False when there is no room for it; <paramref name="displaced"/> is who lost its place to it, if anybody.
    /// </summary>
    public bool TryAdd(PlacementQuery query, TimeSpan now, out QueuedPlacement? displaced)
    {
        displaced = null;
        if (capacity == 0 || _byRequest.ContainsKey(query.Request))
        {
            return false;
        }

        if (Count >= capacity)
        {
            var (priority, last) = _levels.Last();
            if (priority <= query.Priority)
            {
                return false;
            }

            displaced = last.Newest;
            Remove(displaced);
        }

        Add(new QueuedPlacement(query, now, ++_last));
        return true;
    }

    public bool Contains(RequestId request) => _byRequest.ContainsKey(request);

    /// <summary>Whose turn it is; null when nobody waits.</summary>
    public QueuedPlacement? Peek()
    {
        foreach (var level in _levels.Values)
        {
            return level.Peek(Tenants);
        }

        return null;
    }

    /// <summary>It leaves to be placed: its tenant is charged its prompt.</summary>
    public void Take(QueuedPlacement placement)
    {
        Remove(placement);
        Tenants.Charge(placement.Query.Tenant, (long)TenantCounters.InputWeight * placement.Query.PromptTokens);
    }

    /// <summary>Nobody waits for it any more; false when it does not wait here.</summary>
    public bool Cancel(RequestId request)
    {
        if (!_byRequest.TryGetValue(request, out var placement))
        {
            return false;
        }

        Remove(placement);
        return true;
    }

    /// <summary>Takes out one that has waited as long as it may; null when there is none.</summary>
    public QueuedPlacement? TakeExpired(TimeSpan now)
    {
        if (_oldestFirst.First is not { } oldest || now - oldest.Value.Since < patience)
        {
            return null;
        }

        var placement = oldest.Value;
        Remove(placement);
        return placement;
    }

    private void Add(QueuedPlacement placement)
    {
        var query = placement.Query;
        _byRequest.Add(query.Request, placement);
        placement.InOrder = _oldestFirst.AddLast(placement);
        if (!_levels.TryGetValue(query.Priority, out var level))
        {
            _levels.Add(query.Priority, level = new Level());
        }

        Tenants.Enter(query.Tenant);
        level.Add(placement);
    }

    private void Remove(QueuedPlacement placement)
    {
        var query = placement.Query;
        _byRequest.Remove(query.Request);
        _oldestFirst.Remove(placement.InOrder!);
        var level = _levels[query.Priority];
        level.Remove(placement);
        if (level.IsEmpty)
        {
            _levels.Remove(query.Priority);
        }

        Tenants.Leave(query.Tenant);
    }

    /// <summary>Those of one priority, a line for each tenant.</summary>
    private sealed class Level
    {
        private readonly Dictionary<string, LinkedList<QueuedPlacement>> _lines = new(StringComparer.Ordinal);
        private readonly LinkedList<QueuedPlacement> _oldestFirst = new();

        public bool IsEmpty => _oldestFirst.Count == 0;

        public QueuedPlacement Newest => _oldestFirst.Last!.Value;

        public void Add(QueuedPlacement placement)
        {
            placement.InLevel = _oldestFirst.AddLast(placement);
            if (!_lines.TryGetValue(placement.Query.Tenant, out var line))
            {
                _lines.Add(placement.Query.Tenant, line = new LinkedList<QueuedPlacement>());
            }

            placement.InLine = line.AddLast(placement);
        }

        public void Remove(QueuedPlacement placement)
        {
            _oldestFirst.Remove(placement.InLevel!);
            var line = _lines[placement.Query.Tenant];
            line.Remove(placement.InLine!);
            if (line.Count == 0)
            {
                _lines.Remove(placement.Query.Tenant);
            }
        }

        /// <summary>The first of the tenant that was served least; of equals, the one who came first.</summary>
        public QueuedPlacement Peek(TenantCounters tenants)
        {
            var (next, least) = ((QueuedPlacement?)null, long.MaxValue);
            foreach (var (tenant, line) in _lines)
            {
                var (first, served) = (line.First!.Value, tenants.Served(tenant));
                if (next is null || served < least || (served == least && IsBefore(first, next)))
                {
                    (next, least) = (first, served);
                }
            }

            return next!;
        }

        private static bool IsBefore(QueuedPlacement left, QueuedPlacement right) => left.Number < right.Number;
    }
}
