namespace Preble.Core.Radix;

/// <summary>
/// The longest match of one prompt on every worker: how many of its leading blocks are resident there without a hole.
/// Owned and reused by the scheduler; valid until the next <see cref="Find"/> and until the tree changes.
/// </summary>
public sealed class RadixMatch
{
    private readonly List<RadixNode> _path = [];
    private int[] _overlaps = [];
    private ulong[] _alive = [];

    /// <summary>The nodes matched, first to last; of the last one perhaps only a part.</summary>
    public IReadOnlyList<RadixNode> Path => _path;

    /// <summary>Leading blocks that the tree knows, held by anyone or not.</summary>
    public int KnownBlocks { get; private set; }

    /// <summary>Nodes and workers looked at: the work done, for tests that bound it.</summary>
    public int Visits { get; private set; }

    /// <summary>Leading blocks resident on the worker in this slot.</summary>
    public int OverlapBlocks(int slot) => _overlaps[slot];

    /// <summary>True for a node of the path. Depths rise along it, so bisection finds the only place the node can have.</summary>
    public bool Contains(RadixNode node)
    {
        var (low, high) = (0, _path.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _path[middle].Depth < node.Depth ? (middle + 1, high) : (low, middle);
        }

        return low <= high && _path[low] == node;
    }

    /// <summary>Walks the tree along <paramref name="prompt"/>: O(nodes on the path + workers), whatever the size of the tree.</summary>
    public void Find(RadixTree tree, ReadOnlySpan<BlockHash> prompt, int slots)
    {
        Reset(slots);
        RadixNode? previous = null;
        while (tree.Follow(prompt, KnownBlocks, previous, out var matched) is { } node)
        {
            Visits++;
            _path.Add(node);
            Leave(node, matched);
            KnownBlocks += matched;
            if (matched < node.Count)
            {
                break;
            }

            previous = node;
        }

        LeaveAll();
    }

    private void Reset(int slots)
    {
        if (_overlaps.Length < slots)
        {
            _overlaps = new int[slots];
            _alive = new ulong[(slots + 63) / 64];
        }

        _path.Clear();
        (KnownBlocks, Visits) = (0, 0);
        _overlaps.AsSpan().Clear();
        for (var slot = 0; slot < slots; slot++)
        {
            _alive[slot >> 6] |= 1UL << (slot & 63);
        }
    }

    /// <summary>Workers that lack a part of this edge drop out here with what they have; each worker drops out once.</summary>
    private void Leave(RadixNode node, int matched)
    {
        var full = node.FullOn;
        for (var index = 0; index < _alive.Length; index++)
        {
            var stays = index < full.Length ? full[index] : 0;
            for (var leaving = _alive[index] & ~stays; leaving != 0;)
            {
                var slot = WorkerSet.TakeLowest(ref leaving, index);
                Visits++;
                _overlaps[slot] = KnownBlocks + Math.Min(matched, node.Find(slot)?.Resident ?? 0);
            }

            _alive[index] &= stays;
        }
    }

    private void LeaveAll()
    {
        for (var index = 0; index < _alive.Length; index++)
        {
            while (_alive[index] != 0)
            {
                _overlaps[WorkerSet.TakeLowest(ref _alive[index], index)] = KnownBlocks;
                Visits++;
            }
        }
    }
}
