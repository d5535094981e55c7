using Preble.Core.Batching.Costs;

namespace Preble.Core.Batching;

/// <summary>The cached share of the prompt tokens admitted in the last 30 s: the mean over tokens that count 1 when cached and else 0.</summary>
public sealed class HitRatioWindow
{
    private readonly MeanWindow _tokens = new();

    public void Add(long promptTokens, long cachedTokens, TimeSpan now) => _tokens.Add(cachedTokens, promptTokens, now);

    /// <summary>The ratio; 0 when nothing was admitted.</summary>
    public double Ratio(TimeSpan now) => _tokens.Mean(now);
}
