namespace Preble.Core.Radix;

/// <summary>
/// All that one worker holds in a <see cref="RadixTree"/>: give it to the tree's methods; drop it there when the worker is lost.
/// </summary>
/// <param name="slot">Its bit in every set of workers; unique among the living workers and small.</param>
public sealed class WorkerCache(int slot)
{
    private readonly HoldingList _inUse = new();

    public int Slot => slot;

    /// <summary>What the worker could evict, least recently used first.</summary>
    public HoldingList Evictable { get; } = new();

    /// <summary>Blocks the worker has reported.</summary>
    public int HeldBlocks { get; private set; }

    /// <summary>Blocks that are there or about to be, for requests in flight.</summary>
    public int ResidentBlocks { get; private set; }

    /// <summary>Those of them that requests in flight use, each counted once however many use it.</summary>
    public int InUseBlocks { get; private set; }

    /// <summary>Memory of what the worker has in the tree, its entries in the nodes included; an estimate from counts.</summary>
    public long Bytes => (_inUse.Count + Evictable.Count) * RadixMemory.BytesPerHolding;

    /// <summary>Some holding, or null when there is none: for walking them off one by one.</summary>
    internal Holding? Any => _inUse.Oldest ?? Evictable.Oldest;

    /// <summary>A copy of all holdings, so that they may be changed on the way.</summary>
    internal List<Holding> All() => [.. _inUse, .. Evictable];

    internal void Subtract(Holding holding)
    {
        HeldBlocks -= holding.Held;
        ResidentBlocks -= holding.Resident;
        InUseBlocks -= holding.InUse;
    }

    internal void Add(Holding holding)
    {
        HeldBlocks += holding.Held;
        ResidentBlocks += holding.Resident;
        InUseBlocks += holding.InUse;
    }

    /// <summary>
    /// Puts a holding into the list it now belongs to. One whose last request has just ended is the most recently used. One that was told of
    /// without a request is as old as what it continues, and goes right before that: so the order is the same whether or not others have
    /// cut the edge between the two.
    /// </summary>
    internal void Relink(Holding holding, bool justUsed)
    {
        var list = holding.IsEmpty ? null : holding.Evictable ? Evictable : _inUse;
        if (holding.List == list)
        {
            return;
        }

        holding.List?.Remove(holding);
        if (list is null)
        {
            return;
        }

        var before = justUsed || list == _inUse ? null : holding.Node.Parent?.Find(slot);
        if (before?.List == list)
        {
            list.AddBefore(holding, before);
        }
        else if (justUsed || before is { InFlight: > 0 })
        {
            list.AddNewest(holding);
        }
        else
        {
            list.AddOldest(holding);
        }
    }
}
