namespace Preble.Core.KvCache.Host;

/// <summary>
/// The second tier of the cache, decisions only: which evicted block is kept in which slot of a memory outside the engine. It is inclusive: a
/// block that comes back keeps its slot, so that evicting it again writes nothing. The least recently used slot goes first, but never one that
/// a planned load reads.
/// </summary>
public sealed class HostTier
{
    private const int None = -1;

    private readonly Dictionary<BlockHash, int> _slots;
    private readonly HostEntry[] _entries;
    private readonly int[] _pins;
    private readonly SlotOrder _order;
    private readonly Stack<int> _free;
    private readonly CacheChangeLog _changes;

    /// <param name="capacity">Slots; 0 turns the tier off.</param>
    /// <param name="held">What the slots hold at the start, least recently used first.</param>
    /// <exception cref="ArgumentException">The entries name a slot out of range, or a slot or a block twice.</exception>
    public HostTier(int capacity, CacheChangeLog changes, IReadOnlyList<HostEntry>? held = null)
    {
        (_changes, _slots, _free) = (changes, new Dictionary<BlockHash, int>(), new Stack<int>(capacity));
        (_entries, _pins, _order) = (new HostEntry[capacity], new int[capacity], new SlotOrder(capacity));
        Array.Fill(_entries, new HostEntry(None, default, default));
        foreach (var entry in held ?? [])
        {
            Adopt(entry);
        }

        for (var slot = capacity - 1; slot >= 0; slot--)
        {
            if (_entries[slot].Slot == None)
            {
                _free.Push(slot);
            }
        }
    }

    public int Capacity => _entries.Length;

    public int Count => _slots.Count;

    /// <summary>Blocks that lost their slot to others.</summary>
    public long EvictedTotal { get; private set; }

    public bool Holds(BlockHash hash) => _slots.ContainsKey(hash);

    /// <summary>Everything held, least recently used first; for tests, audits and snapshots.</summary>
    public IEnumerable<HostEntry> Entries => _order.Slots().Select(slot => _entries[slot]);

    /// <summary>
    /// Keeps a block that the device evicts: the slot to write it to; -1 when the tier has it already, or has no slot to give.
    /// </summary>
    public int Store(BlockHash hash, BlockHash parent)
    {
        if (_slots.TryGetValue(hash, out var held))
        {
            _order.MoveToEnd(held);
            return None;
        }

        var slot = TakeSlot();
        if (slot != None)
        {
            Put(new HostEntry(slot, hash, parent));
        }

        return slot;
    }

    /// <summary>The slot of a block that is held.</summary>
    public int SlotOf(BlockHash hash)
    {
        Invariant.Require(_slots.TryGetValue(hash, out var slot), "only a block that is held is loaded");
        return slot;
    }

    /// <summary>The block is about to be loaded: it is the most recently used one now, and keeps its slot until <see cref="Unpin"/>.</summary>
    public void Pin(BlockHash hash)
    {
        var slot = SlotOf(hash);
        _pins[slot]++;
        _order.MoveToEnd(slot);
    }

    public void Unpin(int slot)
    {
        Invariant.Require(_pins[slot] > 0, "a slot is unpinned once for each load");
        _pins[slot]--;
    }

    /// <summary>A slot turned out not to hold what it should: nobody looks for the block there again.</summary>
    public void Forget(BlockHash hash)
    {
        // Two loads of one slot both fail.
        if (_slots.TryGetValue(hash, out var slot))
        {
            Drop(slot);
            _free.Push(slot);
        }
    }

    /// <summary>Forgets everything; the log's one change for both tiers is the pool's to make.</summary>
    public void Clear()
    {
        foreach (var slot in _slots.Values)
        {
            _entries[slot] = new HostEntry(None, default, default);
            _order.Remove(slot);
            _free.Push(slot);
        }

        Array.Clear(_pins);
        _slots.Clear();
    }

    internal int PinsOf(int slot) => _pins[slot];

    private void Adopt(HostEntry entry)
    {
        if ((uint)entry.Slot >= (uint)Capacity || _entries[entry.Slot].Slot != None || Holds(entry.Hash))
        {
            throw new ArgumentException($"Slot {entry.Slot} of {Capacity} cannot hold {entry.Hash}: out of range, or one of them comes twice.", nameof(entry));
        }

        Put(entry);
    }

    private void Put(HostEntry entry)
    {
        _entries[entry.Slot] = entry;
        _slots.Add(entry.Hash, entry.Slot);
        _order.Append(entry.Slot);
        _changes.HostStored(entry.Hash, entry.Parent);
    }

    /// <summary>A free slot, or the least recently used one that nobody reads; the few that are read were used a moment ago.</summary>
    private int TakeSlot()
    {
        if (_free.TryPop(out var free))
        {
            return free;
        }

        var slot = _order.First;
        while (slot != None && _pins[slot] > 0)
        {
            slot = _order.After(slot);
        }

        if (slot != None)
        {
            Drop(slot);
            EvictedTotal++;
        }

        return slot;
    }

    private void Drop(int slot)
    {
        var hash = _entries[slot].Hash;
        _slots.Remove(hash);
        _entries[slot] = new HostEntry(None, default, default);
        _order.Remove(slot);
        _changes.HostRemoved(hash);
    }
}
