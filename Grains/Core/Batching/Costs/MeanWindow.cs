namespace Preble.Core.Batching.Costs;

/// <summary>The mean of what was added in the last 30 s, in buckets of a second.</summary>
public sealed class MeanWindow
{
    private const int Seconds = 30;

    private readonly Bucket[] _buckets = new Bucket[Seconds];

    public void Add(double value, TimeSpan now) => Add(value, 1, now);

    /// <summary>So many values at once, of which the sum is known.</summary>
    public void Add(double sum, long count, TimeSpan now)
    {
        var second = SecondOf(now);
        ref var bucket = ref _buckets[second % Seconds];
        if (bucket.Second != second)
        {
            bucket = new Bucket { Second = second };
        }

        bucket.Sum += sum;
        bucket.Count += count;
    }

    /// <summary>The mean; 0 when nothing was added.</summary>
    public double Mean(TimeSpan now)
    {
        var (sum, count) = (0.0, 0L);
        foreach (var bucket in _buckets)
        {
            if (bucket.Second > SecondOf(now) - Seconds)
            {
                sum += bucket.Sum;
                count += bucket.Count;
            }
        }

        return count == 0 ? 0 : sum / count;
    }

    private static long SecondOf(TimeSpan now) => now.Ticks / TimeSpan.TicksPerSecond;

    private struct Bucket
    {
        public long Second;
        public double Sum;
        public long Count;
    }
}
