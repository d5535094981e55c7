namespace Preble.Core.Radix;

/// <summary>
/// An edge of the tree: successive blocks that no prompt known so far parts between, and who holds how many of them.
/// A block hash covers everything before it, so an edge needs no list of children: the tree finds a child by its first hash.
/// </summary>
public sealed class RadixNode
{
    private Holding[] _holdings = [];
    private int _holdingCount;
    private WorkerSet _full;

    internal RadixNode(RadixNode? parent, BlockHash[] blocks)
    {
        (Parent, Storage, Count) = (parent, blocks, blocks.Length);
    }

    public RadixNode? Parent { get; internal set; }

    /// <summary>The edge's blocks lie here from <see cref="First"/> on; a cut lets both ends keep one array.</summary>
    internal BlockHash[] Storage { get; set; }

    internal int First { get; set; }

    /// <summary>Blocks of the edge.</summary>
    public int Count { get; internal set; }

    public ReadOnlySpan<BlockHash> Blocks => Storage.AsSpan(First, Count);

    /// <summary>The hash that names the prefix ending here.</summary>
    public BlockHash Hash => Storage[First + Count - 1];

    /// <summary>Blocks before the edge, as of the last walk through it.</summary>
    public int Depth { get; internal set; }

    internal int Children { get; set; }

    /// <summary>Requests within the window H that share the whole edge, on any worker.</summary>
    public int Requests { get; internal set; }

    /// <summary>Requests in flight that share the whole edge.</summary>
    internal int InFlight { get; set; }

    /// <summary>For a node whose parent no event has told of yet: the hash it waits for.</summary>
    internal BlockHash AwaitedParent { get; set; }

    /// <summary>Workers on which the whole edge is resident.</summary>
    public ReadOnlySpan<ulong> FullOn => _full.Words;

    public bool IsFullOn(int slot) => _full.Contains(slot);

    public ReadOnlySpan<Holding> Holdings => _holdings.AsSpan(0, _holdingCount);

    /// <summary>True while nothing but held blocks keeps it.</summary>
    internal bool Unpinned => Children == 0 && Requests == 0 && InFlight == 0;

    public Holding? Find(int slot)
    {
        var index = IndexOf(slot);
        return index >= 0 ? _holdings[index] : null;
    }

    internal Holding FindOrAdd(WorkerCache worker)
    {
        var index = IndexOf(worker.Slot);
        if (index >= 0)
        {
            return _holdings[index];
        }

        if (_holdingCount == _holdings.Length)
        {
            Array.Resize(ref _holdings, Math.Max(2, _holdingCount * 2));
        }

        var at = ~index;
        Array.Copy(_holdings, at, _holdings, at + 1, _holdingCount - at);
        _holdingCount++;
        return _holdings[at] = new Holding(this, worker);
    }

    internal void Remove(Holding holding)
    {
        var index = IndexOf(holding.Owner.Slot);
        Invariant.Require(index >= 0 && _holdings[index] == holding, "a holding is removed from its own node");
        _holdingCount--;
        Array.Copy(_holdings, index + 1, _holdings, index, _holdingCount - index);
        _holdings[_holdingCount] = null!;
        _full.Set(holding.Owner.Slot, member: false);
    }

    internal void SetFull(Holding holding) => _full.Set(holding.Owner.Slot, holding.Resident == Count);

    /// <summary>To be called when the edge's length has changed.</summary>
    internal void RefreshFull()
    {
        _full.Clear();
        foreach (var holding in Holdings)
        {
            SetFull(holding);
        }
    }

    internal int MostResident()
    {
        var most = 0;
        foreach (var holding in Holdings)
        {
            most = Math.Max(most, holding.Resident);
        }

        return most;
    }

    /// <summary>
    /// How many leading blocks of <paramref name="prompt"/> are this edge's, when the first one is. Equal hashes mean equal prefixes,
    /// so the place where they part is found by bisection, and a whole edge by one comparison.
    /// </summary>
    internal int CommonBlocks(ReadOnlySpan<BlockHash> prompt)
    {
        var blocks = Blocks;
        var (same, limit) = (1, Math.Min(blocks.Length, prompt.Length));
        if (blocks[limit - 1] == prompt[limit - 1])
        {
            return limit;
        }

        for (var different = limit; different - same > 1;)
        {
            var middle = (same + different) / 2;
            (same, different) = blocks[middle - 1] == prompt[middle - 1] ? (middle, different) : (same, middle);
        }

        return same;
    }

    private int IndexOf(int slot)
    {
        var (low, high) = (0, _holdingCount - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var difference = _holdings[middle].Owner.Slot - slot;
            if (difference == 0)
            {
                return middle;
            }

            (low, high) = difference < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
