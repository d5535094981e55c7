using System.Numerics;

namespace Preble.Core.Radix;

/// <content>The overlap of every worker at once.</content>
public sealed partial class RadixMatch
{
    /// <summary>
    /// Writes each worker's leading resident blocks of the prompt at its slot, 0 where it has none: what <see cref="OverlapBlocks"/> says of
    /// each, in one pass. Costs the length of the path, a word for 64 workers of each group that parts from the others, and one write for
    /// each worker that has anything; no search for each worker.
    /// </summary>
    /// <param name="bySlot">Longer than the highest slot in use; written from end to end.</param>
    public void OverlapAll(Span<int> bySlot)
    {
        bySlot.Clear();
        for (var group = -1; group < _groupCount; group++)
        {
            var (covered, next) = Reach(group);
            if (group >= 0)
            {
                WriteMembers(bySlot, group, covered);
            }

            if (next < _length)
            {
                WritePartial(bySlot, group, covered, _path[next]);
            }
        }
    }

    /// <summary>Writes what the group has. Members that go on are left out among bits, and are written over by the next group if not.</summary>
    private void WriteMembers(Span<int> bySlot, int group, int covered)
    {
        ref readonly var members = ref _groups[group];
        if (!members.IsBits)
        {
            foreach (var slot in Slots(members))
            {
                bySlot[slot] = covered;
            }

            return;
        }

        var bits = Bits(members);
        var stays = group + 1 < _groupCount && _groups[group + 1].IsBits ? Bits(_groups[group + 1]) : default;
        for (var index = 0; index < bits.Length; index++)
        {
            var word = bits[index] & ~(index < stays.Length ? stays[index] : 0);
            if (word == ulong.MaxValue)
            {
                bySlot.Slice(index << 6, 64).Fill(covered);
                continue;
            }

            for (; word != 0; word &= word - 1)
            {
                bySlot[(index << 6) + BitOperations.TrailingZeroCount(word)] = covered;
            }
        }
    }

    /// <summary>Those of the group that have a part of the node where it ends.</summary>
    private void WritePartial(Span<int> bySlot, int group, int covered, Step step)
    {
        var cursor = 0;
        while (step.Node.Holders.NextPartial(ref cursor, step.Node.Count, out var holder))
        {
            Visits++;
            if (group < 0 || IsIn(group, holder.Slot))
            {
                bySlot[holder.Slot] = covered + Math.Min(step.Matched, holder.Resident);
            }
        }
    }
}
