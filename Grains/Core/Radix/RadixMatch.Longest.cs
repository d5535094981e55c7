namespace Preble.Core.Radix;

/// <content>The workers with the longest overlaps.</content>
public sealed partial class RadixMatch
{
    /// <summary>
    /// Writes the workers with the longest overlaps, the longest first and none without any, and returns how many there are; equals come in
    /// no promised order. Costs the length of the path, the number asked for, and a word for 64 workers of the shared part.
    /// </summary>
    public int FindLongest(Span<WorkerOverlap> longest)
    {
        var count = 0;
        for (var group = _groupCount - 1; group >= -1 && count < longest.Length; group--)
        {
            var (covered, next) = Reach(group);
            if (next < _length)
            {
                count = AddPartial(longest, count, group, covered, _path[next]);
            }

            if (group >= 0 && count < longest.Length)
            {
                count = AddLeaving(longest, count, group, covered, next);
            }
        }

        return count;
    }

    /// <summary>Those of the group that have a part of the node where it ends, in order of how much; few at any time.</summary>
    private int AddPartial(Span<WorkerOverlap> longest, int start, int group, int covered, Step step)
    {
        var (count, cursor) = (start, 0);
        while (step.Node.Holders.NextPartial(ref cursor, step.Node.Count, out var holder))
        {
            Visits++;
            if (group >= 0 && !IsIn(group, holder.Slot))
            {
                continue;
            }

            var blocks = covered + Math.Min(step.Matched, holder.Resident);
            var at = count;
            for (; at > start && longest[at - 1].Blocks < blocks; at--)
            {
                if (at < longest.Length)
                {
                    longest[at] = longest[at - 1];
                }
            }

            if (at < longest.Length)
            {
                longest[at] = new WorkerOverlap(holder.Slot, blocks);
                count = Math.Min(count + 1, longest.Length);
            }
        }

        return count;
    }

    /// <summary>The other members that are not in the next group.</summary>
    private int AddLeaving(Span<WorkerOverlap> longest, int count, int group, int covered, int next)
    {
        var cursor = 0;
        while (count < longest.Length && NextLeaving(group, ref cursor, out var slot))
        {
            Visits++;
            if (next == _length || _path[next].Node.Holders.ResidentOn(slot) == 0)
            {
                longest[count++] = new WorkerOverlap(slot, covered);
            }
        }

        return count;
    }

    /// <summary>
    /// The member after the cursor that is not in the next group. Among bits they are found word by word; a list of slots is short.
    /// </summary>
    private bool NextLeaving(int group, ref int cursor, out int slot)
    {
        ref readonly var members = ref _groups[group];
        if (!members.IsBits)
        {
            var slots = Slots(members);
            while (cursor < slots.Length)
            {
                slot = slots[cursor++];
                if (group + 1 == _groupCount || !IsIn(group + 1, slot))
                {
                    return true;
                }
            }

            slot = -1;
            return false;
        }

        var stays = group + 1 < _groupCount && _groups[group + 1].IsBits ? Bits(_groups[group + 1]) : default;
        var fewStay = group + 1 < _groupCount && !_groups[group + 1].IsBits;
        do
        {
            slot = WorkerWords.NextWithout(Bits(members), stays, cursor);
            cursor = slot + 1;
        }
        while (slot >= 0 && fewStay && IsIn(group + 1, slot));
        return slot >= 0;
    }
}
