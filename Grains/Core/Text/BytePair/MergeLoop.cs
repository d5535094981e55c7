using System.Buffers;

namespace Preble.Core.Text;

/// <summary>
/// Applies merges to the symbols of one piece: always the most important pair there is, of equals the leftmost, until none is left.
/// A heap of pairs over a linked list of symbols, O(n log n), because a piece may be as long as its sender likes.
/// </summary>
internal static class MergeLoop
{
    private const int OnStack = 48;
    private const int None = -1;

    /// <summary>Merges in place; the result is the first symbols, as many as returned.</summary>
    public static int Run(Span<int> symbols, MergeTable merges)
    {
        var n = symbols.Length;
        if (n < 2)
        {
            return n;
        }

        if (n <= OnStack)
        {
            Span<int> links = stackalloc int[2 * OnStack];
            return Run(symbols, merges, links[..n], links.Slice(OnStack, n), stackalloc ulong[3 * OnStack]);
        }

        var rentedLinks = ArrayPool<int>.Shared.Rent(2 * n);
        var rentedHeap = ArrayPool<ulong>.Shared.Rent(3 * n);
        var count = Run(symbols, merges, rentedLinks.AsSpan(0, n), rentedLinks.AsSpan(n, n), rentedHeap);
        ArrayPool<int>.Shared.Return(rentedLinks);
        ArrayPool<ulong>.Shared.Return(rentedHeap);
        return count;
    }

    private static int Run(Span<int> symbols, MergeTable merges, Span<int> previous, Span<int> next, Span<ulong> room)
    {
        var n = symbols.Length;
        // n - 1 pairs at first and two new ones for each of at most n - 1 merges: three times n is enough room.
        var pairs = new PairHeap(room);
        for (var i = 0; i < n; i++)
        {
            previous[i] = i - 1;
            next[i] = i + 1 < n ? i + 1 : None;
            Offer(ref pairs, symbols, next, merges, i);
        }

        while (pairs.TryTake(out var rank, out var left))
        {
            var right = symbols[left] == None ? None : next[left];
            // A pair whose symbols have since merged with others is stale: what stands there now has another rank, or none.
            if (right == None || !merges.TryGet(symbols[left], symbols[right], out var rankNow, out var merged) || rankNow != rank)
            {
                continue;
            }

            symbols[left] = merged;
            symbols[right] = None;
            next[left] = next[right];
            if (next[left] != None)
            {
                previous[next[left]] = left;
            }

            Offer(ref pairs, symbols, next, merges, left);
            Offer(ref pairs, symbols, next, merges, previous[left]);
        }

        return Compact(symbols);
    }

    private static void Offer(ref PairHeap pairs, Span<int> symbols, Span<int> next, MergeTable merges, int left)
    {
        if (left != None && next[left] != None && merges.TryGet(symbols[left], symbols[next[left]], out var rank, out _))
        {
            pairs.Add(rank, left);
        }
    }

    private static int Compact(Span<int> symbols)
    {
        var count = 0;
        foreach (var symbol in symbols)
        {
            if (symbol != None)
            {
                symbols[count++] = symbol;
            }
        }

        return count;
    }
}
