namespace Preble.Core.Radix;

/// <content>The workers that go on, at each place of the path where some drop out; each group is a part of the one before it.</content>
public sealed partial class RadixMatch
{
    private Group[] _groups = new Group[8];
    private int _groupCount;

    /// <summary>Nobody holds all of the path so far: deeper sets are empty.</summary>
    private bool _nobodyLeft;

    private ulong[] _words = new ulong[64];
    private int _wordCount;
    private int[] _slots = new int[256];
    private int _slotCount;

    private void ResetGroups() => (_groupCount, _wordCount, _slotCount, _nobodyLeft) = (0, 0, 0, false);

    /// <summary>The blocks that the members of a group have at least, and the place in the path where they end; −1 is everybody.</summary>
    private (int Covered, int Next) Reach(int group) => group < 0 ? (0, 0) : (_groups[group].Covered, _groups[group].Next);

    private bool IsIn(int group, int slot)
    {
        ref readonly var members = ref _groups[group];
        return members.IsBits ? WorkerWords.Contains(Bits(members), slot) : Slots(members).BinarySearch(slot) >= 0;
    }

    private ReadOnlySpan<ulong> Bits(in Group group) => (group.Shared ?? _words).AsSpan(group.Start, group.Count);

    private ReadOnlySpan<int> Slots(in Group group) => _slots.AsSpan(group.Start, group.Count);

    /// <summary>The path has come through one more node, of which only the matched part matters: who holds all of it goes on for sure.</summary>
    private void Narrow(RadixNode node)
    {
        if (_nobodyLeft)
        {
            return;
        }

        if (node.Holders.Full == 0)
        {
            _nobodyLeft = true;
        }
        else if (_groupCount == 0)
        {
            Begin(node);
        }
        else if (!_groups[_groupCount - 1].IsBits)
        {
            NarrowSlots(node);
        }
        else if (node.Holders.Many is { } many)
        {
            NarrowBits(many.Full);
        }
        else
        {
            NarrowToFew(node);
        }
    }

    private void Begin(RadixNode node)
    {
        if (node.Holders.Many is { } many)
        {
            // The tree does not change while the match is valid: its own words will do.
            Push(new Group(many.Full, 0, many.Full.Length, IsBits: true));
            return;
        }

        NarrowToFew(node);
    }

    /// <summary>A few hold the node: those of them that were left until here.</summary>
    private void NarrowToFew(RadixNode node)
    {
        var start = ReserveSlots(HolderSet.Few);
        foreach (ref readonly var holder in node.Holders.FewHolders)
        {
            Visits++;
            if (holder.Resident == node.Count && (_groupCount == 0 || IsIn(_groupCount - 1, holder.Slot)))
            {
                _slots[_slotCount++] = holder.Slot;
            }
        }

        PushOrEnd(new Group(null, start, _slotCount - start, IsBits: false));
    }

    private void NarrowSlots(RadixNode node)
    {
        var last = _groups[_groupCount - 1];
        var start = ReserveSlots(last.Count);
        foreach (var slot in Slots(last))
        {
            Visits++;
            if (node.Holders.IsFull(slot, node.Count))
            {
                _slots[_slotCount++] = slot;
            }
        }

        if (_slotCount - start == last.Count)
        {
            _slotCount = start;
            Extend();
            return;
        }

        PushOrEnd(new Group(null, start, _slotCount - start, IsBits: false));
    }

    private void NarrowBits(ulong[] full)
    {
        var last = _groups[_groupCount - 1];
        var length = Math.Min(last.Count, full.Length);
        if (_wordCount + length > _words.Length)
        {
            Array.Resize(ref _words, Math.Max(_words.Length * 2, _wordCount + length));
        }

        var (any, all) = WorkerWords.Intersect(Bits(last), full, _words.AsSpan(_wordCount, length));
        if (all && Bits(last)[length..].IndexOfAnyExcept(0UL) < 0)
        {
            Extend();
        }
        else if (any)
        {
            Push(new Group(null, _wordCount, length, IsBits: true));
            _wordCount += length;
        }
        else
        {
            _nobodyLeft = true;
        }
    }

    private int ReserveSlots(int count)
    {
        if (_slotCount + count > _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(_slots.Length * 2, _slotCount + count));
        }

        return _slotCount;
    }

    private void PushOrEnd(in Group group)
    {
        if (group.Count == 0)
        {
            _nobodyLeft = true;
        }
        else
        {
            Push(group);
        }
    }

    private void Push(in Group group)
    {
        if (_groupCount == _groups.Length)
        {
            Array.Resize(ref _groups, _groupCount * 2);
        }

        _groups[_groupCount++] = group with { Covered = KnownBlocks, Next = _length };
    }

    /// <summary>All who were left are left still.</summary>
    private void Extend()
    {
        ref var last = ref _groups[_groupCount - 1];
        last = last with { Covered = KnownBlocks, Next = _length };
    }

    /// <summary>Workers as bits, of a node's own or of <c>_words</c>, or as sorted slots; and what they have.</summary>
    private readonly record struct Group(ulong[]? Shared, int Start, int Count, bool IsBits)
    {
        /// <summary>Leading blocks resident on each member.</summary>
        public int Covered { get; init; }

        /// <summary>The place in the path where those who are not in the next group end.</summary>
        public int Next { get; init; }
    }
}
