namespace Preble.Core.Radix;

/// <summary>
/// An edge of the tree: successive blocks that no prompt known so far parts between, and who holds how many of them.
/// A block hash covers everything before it, so an edge needs no list of children: the tree finds a child by its first hash.
/// </summary>
public sealed class RadixNode
{
    /// <summary>The workers that have something of the edge. A field, for it is a mutable struct.</summary>
    internal HolderSet Holders;

    private BlockHash[] _storage;

    /// <summary>The number of the block at the start of the storage.</summary>
    private int _base;

    internal RadixNode(RadixNode? parent, BlockHash[] blocks, int first = 0)
    {
        (Parent, _storage, Count, First, _base) = (parent, blocks, blocks.Length, first, first);
    }

    public RadixNode? Parent { get; internal set; }

    /// <summary>
    /// The number of the edge's first block. A block keeps its number when an edge is cut or moved to another array, so that the table of
    /// blocks need not be told; numbers mean nothing across edges and may be negative.
    /// </summary>
    internal int First { get; private set; }

    /// <summary>Blocks of the edge.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<BlockHash> Blocks => _storage.AsSpan(First - _base, Count);

    /// <summary>The hash that names the prefix ending here.</summary>
    public BlockHash Hash => At(First + Count - 1);

    /// <summary>Blocks before the edge, as of the last walk through it.</summary>
    public int Depth { get; internal set; }

    internal int Children { get; set; }

    /// <summary>Requests within the window H that share the whole edge, on any worker.</summary>
    public int Requests { get; internal set; }

    /// <summary>Requests in flight that share the whole edge.</summary>
    internal int InFlight { get; set; }

    /// <summary>For a node whose parent no event has told of yet: the hash it waits for.</summary>
    internal BlockHash AwaitedParent { get; set; }

    /// <summary>True while nothing but held blocks keeps it.</summary>
    internal bool Unpinned => Children == 0 && Requests == 0 && InFlight == 0;

    /// <summary>The most blocks that are resident on any one worker.</summary>
    internal int MostResident
    {
        get
        {
            if (Holders.Full > 0)
            {
                return Count;
            }

            var (most, cursor) = (0, 0);
            while (Holders.NextPartial(ref cursor, Count, out var holder))
            {
                most = Math.Max(most, holder.Resident);
            }

            return most;
        }
    }

    /// <summary>The block with this number, which may lie before the edge's start while a cut moves it.</summary>
    internal BlockHash At(int number) => _storage[number - _base];

    public Holding? Find(int slot) => Holders.Find(slot);

    internal Holding FindOrAdd(WorkerCache worker)
    {
        if (Holders.Find(worker.Slot) is { } known)
        {
            return known;
        }

        var holding = new Holding(this, worker);
        Holders.Add(holding, Count);
        return holding;
    }

    internal void Remove(Holding holding)
    {
        Invariant.Require(Find(holding.Owner.Slot) == holding, "a holding is removed from its own node");
        Holders.Remove(holding.Owner.Slot, Count);
    }

    internal void SetResident(Holding holding) => Holders.Update(holding.Owner.Slot, holding.Resident, Count);

    /// <summary>Lets go of the first blocks; the array keeps them until <see cref="Repack"/>, for whoever looks them up.</summary>
    internal void DropFirst(int blocks)
    {
        First += blocks;
        Depth += blocks;
        Count -= blocks;
    }

    internal void KeepFirst(int blocks) => Count = blocks;

    /// <summary>Adds blocks at the end.</summary>
    internal void Append(ReadOnlySpan<BlockHash> blocks)
    {
        var needed = First - _base + Count + blocks.Length;
        if (needed > _storage.Length)
        {
            var storage = new BlockHash[Math.Max(Count + blocks.Length, Math.Max(4, Count + (Count / 2)))];
            Blocks.CopyTo(storage);
            (_storage, _base) = (storage, First);
        }

        blocks.CopyTo(_storage.AsSpan(First - _base + Count));
        Count += blocks.Length;
    }

    /// <summary>Adds blocks before the first; those that are here keep their numbers.</summary>
    internal void Prepend(ReadOnlySpan<BlockHash> blocks)
    {
        _storage = [.. blocks, .. Blocks];
        First -= blocks.Length;
        Depth -= blocks.Length;
        Count += blocks.Length;
        _base = First;
    }

    /// <summary>No node keeps an array much larger than itself.</summary>
    internal void Repack()
    {
        if (_storage.Length > (4 * Count) + 8)
        {
            (_storage, _base) = (Blocks.ToArray(), First);
        }
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
}
