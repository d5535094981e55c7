namespace Preble.Core.KvCache.Pins;

/// <summary>
/// Prefixes that requests have asked to keep cached for a while: each holds its blocks like a sequence does, so that they are not evicted. A pin
/// is a wish: beyond its share of the pool it is not taken, and the oldest go when nothing could run otherwise.
/// </summary>
public sealed class PinnedPrefixes(BlockPool pool, int mostBlocks)
{
    private readonly List<Pin> _byExpiry = [];
    private readonly Dictionary<BlockHash, Pin> _byEnd = [];

    /// <summary>Different blocks that are pinned.</summary>
    public int BlockCount { get; private set; }

    public int Count => _byExpiry.Count;

    /// <summary>Pins that were not taken, because they would have held too much.</summary>
    public long RefusedTotal { get; private set; }

    /// <summary>Pins that were given up before their time, for somebody to run.</summary>
    public long DroppedTotal { get; private set; }

    /// <summary>The blocks of every pin, one list each; for audits.</summary>
    internal IEnumerable<int[]> Held => _byExpiry.Select(pin => pin.Blocks);

    /// <summary>The prefix that ends with that block was asked for again: when it is pinned, it stays until then at least.</summary>
    public bool Extend(BlockHash end, TimeSpan until)
    {
        if (!_byEnd.TryGetValue(end, out var pin))
        {
            return false;
        }

        if (until > pin.Until)
        {
            _byExpiry.Remove(pin);
            pin.Until = until;
            Insert(pin);
        }

        return true;
    }

    /// <summary>Pins the blocks of a prefix, all computed and in use; false when that would be too much.</summary>
    public bool TryPin(BlockHash end, ReadOnlySpan<int> blocks, TimeSpan until)
    {
        if (Extend(end, until))
        {
            return true;
        }

        var more = 0;
        foreach (var id in blocks)
        {
            more += pool[id].Pins == 0 ? 1 : 0;
        }

        if (BlockCount + more > mostBlocks || Count >= Limits.PinnedPrefixes)
        {
            RefusedTotal++;
            return false;
        }

        var pin = new Pin(end, blocks.ToArray()) { Until = until };
        foreach (var id in pin.Blocks)
        {
            pool.Hold(pool[id]);
            pool[id].Pins++;
        }

        BlockCount += more;
        _byEnd.Add(end, pin);
        Insert(pin);
        return true;
    }

    /// <summary>Lets go of the pins whose time is over. A step without any costs one comparison.</summary>
    public void Expire(TimeSpan now)
    {
        while (_byExpiry.Count > 0 && _byExpiry[0].Until <= now)
        {
            Release(_byExpiry[0]);
        }
    }

    /// <summary>Gives up the pin that would end first; false when there is none.</summary>
    public bool DropOldest()
    {
        if (_byExpiry.Count == 0)
        {
            return false;
        }

        Release(_byExpiry[0]);
        DroppedTotal++;
        return true;
    }

    public void Clear()
    {
        while (_byExpiry.Count > 0)
        {
            Release(_byExpiry[^1]);
        }
    }

    private void Insert(Pin pin)
    {
        var index = _byExpiry.Count;
        while (index > 0 && _byExpiry[index - 1].Until > pin.Until)
        {
            index--;
        }

        _byExpiry.Insert(index, pin);
    }

    private void Release(Pin pin)
    {
        _byExpiry.Remove(pin);
        _byEnd.Remove(pin.End);
        for (var i = pin.Blocks.Length - 1; i >= 0; i--)
        {
            // Last block first, like a sequence: the tail is worth less than what comes before it.
            var block = pool[pin.Blocks[i]];
            BlockCount -= --block.Pins == 0 ? 1 : 0;
            pool.Release(block.Id);
        }
    }

    private sealed class Pin(BlockHash end, int[] blocks)
    {
        public BlockHash End => end;

        public int[] Blocks => blocks;

        public TimeSpan Until { get; set; }
    }
}
