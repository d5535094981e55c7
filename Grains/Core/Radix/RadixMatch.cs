namespace Preble.Core.Radix;

/// <summary>
/// The longest match of one prompt on every worker: how many of its leading blocks are resident there without a hole. <see cref="Find"/>
/// walks the path and keeps, at each place where workers drop out, the set of those that go on; what any worker has, and which have the
/// most, is read from these sets when asked. Nothing is kept for each worker. Owned and reused by the scheduler; valid until the next
/// <see cref="Find"/> and until the tree changes.
/// </summary>
public sealed partial class RadixMatch
{
    private Step[] _path = new Step[16];
    private int _length;

    /// <summary>Leading blocks that the tree knows, held by anyone or not.</summary>
    public int KnownBlocks { get; private set; }

    /// <summary>Nodes and single workers that the last find and what was asked since looked at: the work done, for tests that bound it.</summary>
    public int Visits { get; private set; }

    /// <summary>The deepest node that the prompt goes through to its end; null for none.</summary>
    public RadixNode? DeepestWhole =>
        _length == 0 ? null
        : _path[_length - 1] is var last && last.Matched == last.Node.Count ? last.Node
        : _length > 1 ? _path[_length - 2].Node : null;

    /// <summary>The most leading blocks that are resident on any one worker.</summary>
    public int LongestOverlap
    {
        get
        {
            Span<WorkerOverlap> best = stackalloc WorkerOverlap[1];
            return FindLongest(best) > 0 ? best[0].Blocks : 0;
        }
    }

    /// <summary>True for a node of the path. Depths rise along it, so bisection finds the only place the node can have.</summary>
    public bool Contains(RadixNode node)
    {
        var (low, high) = (0, _length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _path[middle].Node.Depth < node.Depth ? (middle + 1, high) : (low, middle);
        }

        return low <= high && _path[low].Node == node;
    }

    /// <summary>
    /// Walks the tree along <paramref name="prompt"/>: one search a node, and a word of a bit set for 64 workers of a node that many have;
    /// neither the size of the tree nor that of the fleet counts.
    /// </summary>
    public void Find(RadixTree tree, ReadOnlySpan<BlockHash> prompt)
    {
        (_length, KnownBlocks, Visits) = (0, 0, 0);
        ResetGroups();
        RadixNode? previous = null;
        while (tree.Follow(prompt, KnownBlocks, previous, out var matched) is { } node)
        {
            if (_length == _path.Length)
            {
                Array.Resize(ref _path, _length * 2);
            }

            _path[_length++] = new Step(node, matched);
            KnownBlocks += matched;
            Visits++;
            Narrow(node);
            if (matched < node.Count)
            {
                break;
            }

            previous = node;
        }
    }

    /// <summary>Leading blocks resident on the worker in this slot: found by bisection over the places where workers drop out.</summary>
    public int OverlapBlocks(int slot)
    {
        var (low, high) = (0, _groupCount);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = IsIn(middle, slot) ? (middle + 1, high) : (low, middle);
        }

        var (covered, next) = Reach(low - 1);
        return next == _length ? covered : covered + Math.Min(_path[next].Matched, _path[next].Node.Holders.ResidentOn(slot));
    }

    /// <summary>A node of the path and how many of its blocks are the prompt's.</summary>
    private readonly record struct Step(RadixNode Node, int Matched);
}
