using System.Numerics;
using System.Runtime.InteropServices;

namespace Preble.Core.Radix;

/// <summary>Sets of worker slots as words: bit s of word s / 64 is slot s, and words past the end are empty.</summary>
internal static class WorkerWords
{
    public static bool Contains(ReadOnlySpan<ulong> words, int slot) =>
        slot >> 6 < words.Length && (words[slot >> 6] >> (slot & 63) & 1) != 0;

    public static void Set(Span<ulong> words, int slot, bool member)
    {
        var bit = 1UL << (slot & 63);
        ref var word = ref words[slot >> 6];
        word = member ? word | bit : word & ~bit;
    }

    /// <summary>The lowest member from <paramref name="slot"/> on; −1 when there is none.</summary>
    public static int Next(ReadOnlySpan<ulong> words, int slot) => NextWithout(words, default, slot);

    /// <summary>The lowest member from <paramref name="slot"/> on that is not in <paramref name="others"/>; −1 when there is none.</summary>
    public static int NextWithout(ReadOnlySpan<ulong> words, ReadOnlySpan<ulong> others, int slot)
    {
        for (var index = slot >> 6; index < words.Length; index++)
        {
            var rest = words[index] & ~(index < others.Length ? others[index] : 0);
            rest = index == slot >> 6 ? rest >> (slot & 63) << (slot & 63) : rest;
            if (rest != 0)
            {
                return (index << 6) + BitOperations.TrailingZeroCount(rest);
            }
        }

        return -1;
    }

    /// <summary>
    /// Writes <paramref name="left"/> ∧ <paramref name="right"/> over the length of the result, which is no longer than either. Says whether
    /// any member is there and whether all of the left, within that length, are.
    /// </summary>
    public static (bool Any, bool All) Intersect(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> result)
    {
        var (any, lost, done) = (Vector<ulong>.Zero, Vector<ulong>.Zero, 0);
        left = left[..result.Length];
        right = right[..result.Length];
        if (result.Length >= Vector<ulong>.Count)
        {
            var a = Vectors(left);
            var b = Vectors(right);
            var c = MemoryMarshal.Cast<ulong, Vector<ulong>>(result);
            for (var index = 0; index < c.Length; index++)
            {
                c[index] = a[index] & b[index];
                any |= c[index];
                lost |= Vector.AndNot(a[index], b[index]);
            }

            done = c.Length * Vector<ulong>.Count;
        }

        var (anyWord, lostWord) = (0UL, 0UL);
        for (var index = done; index < result.Length; index++)
        {
            result[index] = left[index] & right[index];
            anyWord |= result[index];
            lostWord |= left[index] & ~right[index];
        }

        return (anyWord != 0 || any != Vector<ulong>.Zero, lostWord == 0 && lost == Vector<ulong>.Zero);
    }

    private static ReadOnlySpan<Vector<ulong>> Vectors(ReadOnlySpan<ulong> words) => MemoryMarshal.Cast<ulong, Vector<ulong>>(words);
}
