namespace Preble.Benchmarks.Fleet;

/// <summary>Delays by the logarithm of their microseconds, sixteen buckets for each doubling: 4 % apart, in bounded memory whatever their number.</summary>
internal sealed class DelayHistogram
{
    private const int BucketsPerDoubling = 16;
    private readonly long[] _counts = new long[BucketsPerDoubling * 32];
    private long _total;

    public void Add(long microseconds, int times)
    {
        _counts[Math.Min(_counts.Length - 1, (int)(Math.Log2(Math.Max(1, microseconds)) * BucketsPerDoubling))] += times;
        _total += times;
    }

    /// <summary>Microseconds, the middle of the bucket; 0 when there is nothing.</summary>
    public double At(double share)
    {
        var left = (long)(share * _total);
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            if ((left -= _counts[bucket]) < 0)
            {
                return Math.Pow(2, (bucket + 0.5) / BucketsPerDoubling);
            }
        }

        return 0;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        _total = 0;
    }
}
