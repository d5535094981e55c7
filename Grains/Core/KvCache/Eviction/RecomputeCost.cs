namespace Preble.Core.KvCache.Eviction;

/// <summary>What it costs to compute a block again: a prefill of its tokens after those before it (Preble App. B), in seconds.</summary>
/// <param name="SecondsPerToken">Of a token, whatever comes before it.</param>
/// <param name="SecondsPerTokenContext">Of a token, for each token before it.</param>
public readonly record struct RecomputeCost(double SecondsPerToken, double SecondsPerTokenContext)
{
    /// <summary>Seconds for the block at <paramref name="depth"/>, the first having 0.</summary>
    public double Seconds(int depth, int blockSize) =>
        blockSize * (SecondsPerToken + (SecondsPerTokenContext * ((depth * (double)blockSize) + (blockSize / 2.0))));
}
