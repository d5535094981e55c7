namespace Preble.Testing;

/// <summary>
/// The arithmetic of the fake language model. The KV of a position depends on its token, its position and all KV before it, as in a
/// transformer; the next token depends on the KV of every position. So any wrong, missing or overwritten slot gives other tokens.
/// </summary>
public static class FakeModel
{
    /// <summary>The KV of one position, given the KV of the position before it (0 for the first).</summary>
    public static ulong Kv(ulong previous, int token, int position) =>
        SeededRandom.Mix(previous + SeededRandom.Mix(((ulong)(uint)position << 32) | (uint)token) + 0x9E3779B97F4A7C15UL);

    /// <summary>Takes one more position into what attention sees; begin with 0.</summary>
    public static ulong Attend(ulong state, ulong kv) => SeededRandom.Mix(state ^ kv) + 1;

    /// <summary>The next token: depends on what attention saw and, above temperature 0, on the seed.</summary>
    public static int Sample(ulong state, SamplingOptions sampling, int vocabularySize) =>
        (int)(SeededRandom.Mix(sampling.Temperature > 0 ? state ^ sampling.Seed : state) % (ulong)vocabularySize);
}
