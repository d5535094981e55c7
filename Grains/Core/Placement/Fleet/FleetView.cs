using Preble.Core.Placement.Costs;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Fleet;

/// <summary>What the scheduler believes about all workers: each has a slot, its bit in the prefix index, until it is removed.</summary>
public sealed class FleetView
{
    private readonly List<WorkerView?> _slots = [];
    private readonly Dictionary<WorkerId, WorkerView> _byId = [];

    /// <summary>All slots lie below this number.</summary>
    public int SlotCount => _slots.Count;

    public int Count => _byId.Count;

    public OutputLengths Outputs { get; } = new();

    /// <summary>By slot; null where a worker has left.</summary>
    public IReadOnlyList<WorkerView?> Slots => _slots;

    /// <summary>The workers there are, in the order of their slots.</summary>
    public List<WorkerView> Living { get; } = [];

    public WorkerView? Find(WorkerId id) => _byId.GetValueOrDefault(id);

    public WorkerView Add(WorkerRegistration registration)
    {
        Invariant.Require(!_byId.ContainsKey(registration.Worker), "a worker is in the fleet once");
        var slot = _slots.IndexOf(null);
        if (slot < 0)
        {
            slot = _slots.Count;
            _slots.Add(null);
        }

        var worker = new WorkerView(registration, new WorkerCache(slot));
        _slots[slot] = worker;
        RebuildLiving();
        _byId.Add(worker.Id, worker);
        return worker;
    }

    public void Remove(WorkerView worker)
    {
        worker.Gone = true;
        _byId.Remove(worker.Id);
        _slots[worker.Cache.Slot] = null;
        RebuildLiving();
    }

    /// <summary>
    /// The output length to expect on a worker: the average within H of the requests with the same key portion, else the worker's own, else
    /// the model's, else the prior; never more than was asked for (§3.2).
    /// </summary>
    public int ExpectedOutputTokens(OutputLengths? key, WorkerView worker, int limit, int prior)
    {
        var average = key is { Count: > 0 } ? key.Average : worker.Outputs.Count > 0 ? worker.Outputs.Average : Outputs.Count > 0 ? Outputs.Average : prior;
        return Math.Clamp(average, 1, Math.Max(1, limit));
    }

    private void RebuildLiving()
    {
        Living.Clear();
        Living.AddRange(_slots.OfType<WorkerView>());
    }
}
