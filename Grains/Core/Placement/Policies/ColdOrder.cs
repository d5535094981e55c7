using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Policies;

/// <summary>
/// Which workers were given a prompt that nobody had, and in what order: by slot of the worker, so that it is as long as the fleet is large.
/// A worker that takes the slot of another starts as one that never got any.
/// </summary>
internal sealed class ColdOrder
{
    private (WorkerView? Worker, long Number, double Score)[] _slots = [];
    private WorkerView[] _ranked = [];
    private long _number;

    /// <summary>Works out the scores: 1 for the one that got a cold prompt the longest ago or never, down to 0 for the latest.</summary>
    public void Rank(List<WorkerView> candidates)
    {
        if (_ranked.Length < candidates.Count)
        {
            _ranked = new WorkerView[candidates.Count * 2];
        }

        candidates.CopyTo(_ranked);
        foreach (var worker in candidates)
        {
            Enter(worker);
        }

        var ranked = _ranked.AsSpan(0, candidates.Count);
        ranked.Sort(new OldestFirst(_slots));
        for (var rank = 0; rank < ranked.Length; rank++)
        {
            _slots[ranked[rank].Cache.Slot].Score = ranked.Length == 1 ? 1 : 1 - (rank / (double)(ranked.Length - 1));
        }
    }

    /// <summary>Of the last <see cref="Rank"/>.</summary>
    public double Score(WorkerView worker) => _slots[worker.Cache.Slot].Score;

    public void Took(WorkerView worker) => _slots[worker.Cache.Slot].Number = ++_number;

    private void Enter(WorkerView worker)
    {
        var slot = worker.Cache.Slot;
        if (slot >= _slots.Length)
        {
            Array.Resize(ref _slots, (slot + 1) * 2);
        }

        if (_slots[slot].Worker != worker)
        {
            _slots[slot] = (worker, 0, 0);
        }
    }

    private readonly struct OldestFirst((WorkerView? Worker, long Number, double Score)[] slots) : IComparer<WorkerView>
    {
        public int Compare(WorkerView? left, WorkerView? right)
        {
            var order = slots[left!.Cache.Slot].Number.CompareTo(slots[right!.Cache.Slot].Number);
            return order != 0 ? order : string.CompareOrdinal(left.Id.Value, right.Id.Value);
        }
    }
}
