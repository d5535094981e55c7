using System.Numerics;

namespace Preble.Core.Text;

/// <summary>
/// What two neighbouring symbols merge into, and how early: an open-addressed table, as it is asked for every pair of bytes.
/// </summary>
internal sealed class MergeTable
{
    private const ulong Empty = ulong.MaxValue;
    private readonly Entry[] _entries;
    private readonly int _shift;

    /// <summary>Resolves the definition's merges, which are given by spelling.</summary>
    /// <exception cref="TokenizerException">A merge takes or makes a token that does not exist.</exception>
    public MergeTable(TokenizerDefinition definition, Dictionary<string, int> vocabulary)
    {
        var (merges, ranks) = (definition.Merges, definition.MergeRanks);
        var capacity = BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * merges.Count));
        _shift = 64 - BitOperations.Log2(capacity);
        _entries = new Entry[capacity];
        Array.Fill(_entries, new Entry(Empty, 0, 0));
        for (var i = 0; i < merges.Count; i++)
        {
            var (left, right) = merges[i];
            if (!vocabulary.TryGetValue(left, out var leftId)
                || !vocabulary.TryGetValue(right, out var rightId)
                || !vocabulary.TryGetValue(left + right, out var mergedId))
            {
                throw new TokenizerException(
                    $"Merge {i} of the tokeniser ('{left}' and '{right}') takes or makes a token that is not in the vocabulary.");
            }

            var key = Key(leftId, rightId);
            _entries[IndexOf(key)] = new Entry(key, ranks is null ? i : ranks[i], mergedId);
        }
    }

    public bool TryGet(int left, int right, out int rank, out int merged)
    {
        var key = Key(left, right);
        ref readonly var entry = ref _entries[IndexOf(key)];
        rank = entry.Rank;
        merged = entry.Merged;
        return entry.Key == key;
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    /// <summary>The entry with this key, or the empty one where it would be; the table is at most half full, so there is one.</summary>
    private int IndexOf(ulong key)
    {
        var at = (int)((key * 0x9E37_79B9_7F4A_7C15) >> _shift);
        while (_entries[at].Key != key && _entries[at].Key != Empty)
        {
            at = (at + 1) & (_entries.Length - 1);
        }

        return at;
    }

    private readonly record struct Entry(ulong Key, int Rank, int Merged);
}
