using System.Diagnostics;

namespace Preble.Benchmarks.Decision;

/// <summary>Times and bytes of one thing done many times.</summary>
internal sealed class DecisionSamples(int capacity)
{
    private readonly long[] _ticks = new long[capacity];
    private int _count;
    private long _bytes;

    public double BytesEach => _bytes / (double)Math.Max(1, _count);

    public void Add(long ticks, long bytes)
    {
        _ticks[_count++] = ticks;
        _bytes += bytes;
    }

    /// <param name="share">0.5 is the median.</param>
    public double Microseconds(double share)
    {
        Array.Sort(_ticks, 0, _count);
        return _ticks[Math.Min(_count - 1, (int)(share * _count))] * 1e6 / Stopwatch.Frequency;
    }
}
