using System.Numerics;

namespace Preble.Core.Radix;

/// <summary>Many workers of one edge: three bit sets over slots, and a page for each 64 slots with its members in order.</summary>
internal sealed class HolderPages
{
    private Holder[][] _pages = [];
    private ulong[] _present = [];
    private ulong[] _full = [];
    private ulong[] _partial = [];

    /// <summary>Bit s of word s / 64 is slot s; all three have the same length.</summary>
    public ulong[] Present => _present;

    public ulong[] Full => _full;

    public ulong[] Partial => _partial;

    public bool Find(int slot, out Holder holder)
    {
        if (WorkerWords.Contains(_present, slot))
        {
            holder = _pages[slot >> 6][Rank(slot)];
            return true;
        }

        holder = default;
        return false;
    }

    /// <summary>The place of a member.</summary>
    public ref Holder Get(int slot) => ref _pages[slot >> 6][Rank(slot)];

    public void Insert(Holder holder, int length)
    {
        var (slot, word) = (holder.Slot, holder.Slot >> 6);
        if (word >= _present.Length)
        {
            Array.Resize(ref _pages, word + 1);
            Array.Resize(ref _present, word + 1);
            Array.Resize(ref _full, word + 1);
            Array.Resize(ref _partial, word + 1);
        }

        ref var page = ref _pages[word];
        var count = BitOperations.PopCount(_present[word]);
        if (page is null || count == page.Length)
        {
            Array.Resize(ref page, Math.Max(2, count * 2));
        }

        var at = Rank(slot);
        Array.Copy(page!, at, page!, at + 1, count - at);
        page![at] = holder;
        WorkerWords.Set(_present, slot, member: true);
        SetBits(slot, holder.Resident, length);
    }

    public void Remove(int slot)
    {
        var page = _pages[slot >> 6];
        var (at, count) = (Rank(slot), BitOperations.PopCount(_present[slot >> 6]));
        Array.Copy(page, at + 1, page, at, count - at - 1);
        page[count - 1] = default;
        WorkerWords.Set(_present, slot, member: false);
        WorkerWords.Set(_full, slot, member: false);
        WorkerWords.Set(_partial, slot, member: false);
    }

    public void SetBits(int slot, int resident, int length)
    {
        WorkerWords.Set(_full, slot, resident == length);
        WorkerWords.Set(_partial, slot, resident > 0 && resident < length);
    }

    /// <summary>The member of <paramref name="words"/> with the lowest slot from the cursor on.</summary>
    public bool Next(ulong[] words, ref int cursor, out Holder holder)
    {
        var slot = WorkerWords.Next(words, cursor);
        cursor = slot + 1;
        holder = slot >= 0 ? Get(slot) : default;
        return slot >= 0;
    }

    public Holder[] ToArray(int count)
    {
        var all = new Holder[count];
        var (cursor, at) = (0, 0);
        while (at < count && Next(_present, ref cursor, out var holder))
        {
            all[at++] = holder;
        }

        return all;
    }

    private int Rank(int slot) => BitOperations.PopCount(_present[slot >> 6] & ((1UL << (slot & 63)) - 1));
}
