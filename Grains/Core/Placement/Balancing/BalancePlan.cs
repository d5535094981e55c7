using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Balancing;

/// <summary>
/// The load of each worker within H as it would be had all requests gone where their prefixes are assigned now. So a move counts at once,
/// though the worker that gave something up did the work of the past; and a second round finds nothing more to do. Made for one round.
/// </summary>
internal sealed class BalancePlan
{
    private readonly KeyLoads _keys;
    private readonly Assignments _assignments;
    private readonly TimeSpan[] _loads;
    private readonly int[] _requests;
    private readonly Dictionary<BlockHash, PlannedKey> _planned = [];

    public BalancePlan(FleetView fleet, KeyLoads keys, Assignments assignments)
    {
        (_keys, _assignments) = (keys, assignments);
        (_loads, _requests) = (new TimeSpan[fleet.SlotCount], new int[fleet.SlotCount]);
        Workers = [.. fleet.Slots.OfType<WorkerView>().Where(worker => !worker.Draining)];
        foreach (var key in keys.All)
        {
            if (key.Requests > 1)
            {
                _planned.Add(key.Hash, new PlannedKey(key));
            }
        }

        foreach (var planned in Keys)
        {
            planned.Above = NearestPlanned(planned.Key.Above);
            planned.Above?.Below.Add(planned);
        }

        foreach (var key in keys.All)
        {
            Count(key);
        }
    }

    public IReadOnlyList<WorkerView> Workers { get; }

    /// <summary>Key portions with more than one request: one that nobody shares has no future to move.</summary>
    public Dictionary<BlockHash, PlannedKey>.ValueCollection Keys => _planned.Values;

    public TimeSpan Load(WorkerView worker) => _loads[worker.Cache.Slot];

    /// <summary>Requests it was given within H.</summary>
    public int Requests(WorkerView worker) => _requests[worker.Cache.Slot];

    /// <summary>Makes all future requests of a key portion, and of what is below, go to one worker.</summary>
    public void Move(PlannedKey key, WorkerView target)
    {
        var slot = target.Cache.Slot;
        foreach (var (from, work) in key.Work)
        {
            _loads[from] -= work;
            _loads[slot] += work;
            for (var above = key.Above; above is not null; above = above.Above)
            {
                above.Add(from, -work);
                above.Add(slot, work);
            }
        }

        key.GatherOn(slot);
    }

    private void Count(KeyLoad key)
    {
        var own = _planned.GetValueOrDefault(key.Hash);
        var counted = own ?? NearestPlanned(key.Above);
        var assigned = AssignedTo(key);
        var total = TimeSpan.Zero;
        foreach (var share in key.Shares)
        {
            if (share.Worker.Gone)
            {
                continue;
            }

            _requests[share.Worker.Cache.Slot] += share.Requests;
            total += share.Work;
            if (assigned is null)
            {
                Add(counted, share.Worker, share.Work);
            }
        }

        foreach (var worker in assigned is null ? [] : assigned.Workers)
        {
            Add(counted, worker, total / assigned!.Workers.Count);
        }

        for (var up = own; up is not null && assigned?.Workers.Count > 1; up = up.Above)
        {
            up.Replicated = true;
        }
    }

    private void Add(PlannedKey? key, WorkerView worker, TimeSpan work)
    {
        _loads[worker.Cache.Slot] += work;
        for (; key is not null; key = key.Above)
        {
            key.Add(worker.Cache.Slot, work);
        }
    }

    /// <summary>Its own assignment or, inherited, that of the nearest key portion above it; null when residency decides.</summary>
    private Assignment? AssignedTo(KeyLoad key)
    {
        for (var at = key; at is not null; at = _keys.Find(at.Above))
        {
            if (_assignments.Find(at.Hash) is { Workers.Count: > 0 } assignment)
            {
                return assignment;
            }
        }

        return null;
    }

    private PlannedKey? NearestPlanned(BlockHash hash)
    {
        for (var at = _keys.Find(hash); at is not null; at = _keys.Find(at.Above))
        {
            if (_planned.TryGetValue(at.Hash, out var planned))
            {
                return planned;
            }
        }

        return null;
    }
}
