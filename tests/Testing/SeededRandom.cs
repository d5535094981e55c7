namespace Preble.Testing;

/// <summary>
/// A small random generator (splitmix64) whose numbers are the same on every machine and runtime, so that a seed reproduces a failure for
/// ever.
/// </summary>
public sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong NextUInt64() => Mix(_state += 0x9E3779B97F4A7C15UL);

    /// <summary>A number from 0 to below the bound.</summary>
    public int Below(int bound) => (int)(NextUInt64() % (ulong)bound);

    /// <summary>A number from low to high, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool Chance(double probability) => (NextUInt64() >> 11) * (1.0 / (1UL << 53)) < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    public int[] Tokens(int count, int vocabularySize)
    {
        var tokens = new int[count];
        for (var i = 0; i < count; i++)
        {
            tokens[i] = Below(vocabularySize);
        }

        return tokens;
    }

    internal static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
