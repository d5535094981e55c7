using System.Numerics;

namespace Preble.Core.Batching.Speculation;

/// <summary>
/// Guesses how a sequence goes on: as it did where its last tokens occurred before, most recently, in prompt or output (Saxena, Prompt Lookup
/// Decoding, 2023). Each token is indexed once, as it comes, in tables of a fixed size in which a newer place takes that of an older.
/// </summary>
/// <param name="room">Tokens that the sequence is expected to have; the tables are no larger than that calls for.</param>
public sealed class PromptLookup(int room)
{
    /// <summary>Last tokens that are looked for, the long run first: it is right more often, the short one is found more often.</summary>
    private const int LongRun = 3;

    private const int ShortRun = 2;

    /// <summary>Where a run with that hash ended last; 0 for nowhere.</summary>
    private readonly int[] _long = new int[Entries(room)];
    private readonly int[] _short = new int[Entries(room)];

    /// <summary>Runs that end at or before here are indexed.</summary>
    private int _indexed = ShortRun - 1;

    /// <summary>
    /// Writes what may follow the tokens, which are those of the last call and more. Returns how many: all that fit, for a repetition goes on as
    /// it began, or none.
    /// </summary>
    public int Propose(ReadOnlySpan<int> tokens, Span<int> into)
    {
        Index(tokens);
        var place = Find(_long, tokens, LongRun);
        place = place > 0 ? place : Find(_short, tokens, ShortRun);
        if (place == 0)
        {
            return 0;
        }

        for (var i = 0; i < into.Length; i++)
        {
            // A place near the end: what follows it are the guesses themselves.
            into[i] = place + i < tokens.Length ? tokens[place + i] : into[place + i - tokens.Length];
        }

        return into.Length;
    }

    /// <summary>Up to the run before the last one, which shall find others and not itself.</summary>
    private void Index(ReadOnlySpan<int> tokens)
    {
        for (; _indexed < tokens.Length - 1; _indexed++)
        {
            var end = _indexed + 1;
            _short[Slot(_short, tokens, end, ShortRun)] = end;
            if (end >= LongRun)
            {
                _long[Slot(_long, tokens, end, LongRun)] = end;
            }
        }
    }

    private static int Find(int[] table, ReadOnlySpan<int> tokens, int run)
    {
        if (tokens.Length <= run)
        {
            return 0;
        }

        var place = table[Slot(table, tokens, tokens.Length, run)];
        return place > 0 && tokens.Slice(place - run, run).SequenceEqual(tokens[^run..]) ? place : 0;
    }

    private static int Slot(int[] table, ReadOnlySpan<int> tokens, int end, int run)
    {
        var hash = 0UL;
        foreach (var token in tokens.Slice(end - run, run))
        {
            hash = unchecked((hash ^ (uint)token) * 0x9E3779B97F4A7C15UL);
            hash ^= hash >> 32;
        }

        return (int)hash & (table.Length - 1);
    }

    private static int Entries(int room) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(room, 1, Limits.LookupEntries));
}
