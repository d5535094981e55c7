using System.Runtime.InteropServices;

namespace Preble.Core.Text;

/// <summary>
/// The ids of pieces met before. Of fixed size and lossy: a piece has four places, and a newcomer takes the oldest one's. All threads
/// share it without a lock, because an entry never changes and is put in its place by one reference write.
/// </summary>
internal sealed class PieceCache
{
    /// <summary>Longer pieces are rare and not worth the memory; with this bound a full cache holds some 30 MiB at worst.</summary>
    private const int LongestPiece = 32;

    private const int Places = 1 << 17;
    private const int PlacesOfPiece = 4;
    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The ids of the piece, or null.</summary>
    public int[]? Find(ReadOnlySpan<char> piece)
    {
        if (piece.Length > LongestPiece)
        {
            return null;
        }

        foreach (var entry in _entries.AsSpan(FirstPlace(piece), PlacesOfPiece))
        {
            if (entry is not null && piece.SequenceEqual(entry.Piece))
            {
                return entry.Ids;
            }
        }

        return null;
    }

    public void Put(ReadOnlySpan<char> piece, ReadOnlySpan<int> ids)
    {
        if (piece.Length > LongestPiece)
        {
            return;
        }

        var places = _entries.AsSpan(FirstPlace(piece), PlacesOfPiece);
        for (var i = PlacesOfPiece - 1; i > 0; i--)
        {
            places[i] = places[i - 1];
        }

        places[0] = new Entry(piece.ToString(), ids.ToArray());
    }

    private static int FirstPlace(ReadOnlySpan<char> piece)
    {
        // Fibonacci hashing over up to four characters at a time; who finds colliding pieces gains only misses.
        var hash = (ulong)(uint)piece.Length;
        var words = MemoryMarshal.Cast<char, ulong>(piece);
        foreach (var word in words)
        {
            hash = Mix(hash ^ word);
        }

        foreach (var c in piece[(4 * words.Length)..])
        {
            hash = Mix(hash ^ c);
        }

        return (int)(hash % (Places / PlacesOfPiece)) * PlacesOfPiece;
    }

    /// <summary>A multiplication carries upwards only, so the upper half is folded back.</summary>
    private static ulong Mix(ulong hash)
    {
        hash *= 0x9E37_79B9_7F4A_7C15;
        return hash ^ (hash >> 32);
    }

    private sealed record Entry(string Piece, int[] Ids);
}
