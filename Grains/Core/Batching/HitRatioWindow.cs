namespace Preble.Core.Batching;

/// <summary>The cached share of the prompt tokens admitted in the last 30 s, in buckets of a second.</summary>
public sealed class HitRatioWindow
{
    private const int Seconds = 30;

    private readonly Bucket[] _buckets = new Bucket[Seconds];

    public void Add(long promptTokens, long cachedTokens, TimeSpan now)
    {
        var second = SecondOf(now);
        ref var bucket = ref _buckets[second % Seconds];
        if (bucket.Second != second)
        {
            bucket = new Bucket { Second = second };
        }

        bucket.PromptTokens += promptTokens;
        bucket.CachedTokens += cachedTokens;
    }

    /// <summary>The ratio; 0 when nothing was admitted.</summary>
    public double Ratio(TimeSpan now)
    {
        var (prompt, cached) = (0L, 0L);
        foreach (var bucket in _buckets)
        {
            if (bucket.Second > SecondOf(now) - Seconds)
            {
                prompt += bucket.PromptTokens;
                cached += bucket.CachedTokens;
            }
        }

        return prompt == 0 ? 0 : (double)cached / prompt;
    }

    private static long SecondOf(TimeSpan now) => now.Ticks / TimeSpan.TicksPerSecond;

    private struct Bucket
    {
        public long Second;
        public long PromptTokens;
        public long CachedTokens;
    }
}
