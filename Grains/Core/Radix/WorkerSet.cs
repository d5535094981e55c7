using System.Numerics;

namespace Preble.Core.Radix;

/// <summary>A set of worker slots as a bit set of any size. A mutable struct: keep it in a field and do not copy it.</summary>
public struct WorkerSet
{
    private ulong[]? _words;

    /// <summary>Bit s of word s / 64 is worker slot s; words past the end are empty.</summary>
    public readonly ReadOnlySpan<ulong> Words => _words;

    public readonly bool Contains(int slot) => slot >> 6 < Words.Length && (Words[slot >> 6] >> (slot & 63) & 1) != 0;

    public void Set(int slot, bool member)
    {
        if (member)
        {
            if (slot >> 6 >= Words.Length)
            {
                Array.Resize(ref _words, (slot >> 6) + 1);
            }

            _words![slot >> 6] |= 1UL << (slot & 63);
        }
        else if (slot >> 6 < Words.Length)
        {
            _words![slot >> 6] &= ~(1UL << (slot & 63));
        }
    }

    public readonly void Clear() => _words?.AsSpan().Clear();

    /// <summary>Takes the lowest member out of a word of a set and says which slot it was.</summary>
    public static int TakeLowest(ref ulong word, int wordIndex)
    {
        var slot = (wordIndex << 6) + BitOperations.TrailingZeroCount(word);
        word &= word - 1;
        return slot;
    }
}
