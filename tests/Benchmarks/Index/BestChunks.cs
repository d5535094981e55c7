using System.Diagnostics;

namespace Preble.Benchmarks.Index;

/// <summary>
/// The time of a pass over requests in short chunks, each chunk's best over all passes: on a machine that others use too, a chunk that was
/// interrupted says nothing about the code. Add every request's time, then end the round.
/// </summary>
internal sealed class BestChunks(int requests)
{
    /// <summary>Requests a chunk: about a millisecond, less than a slice of the system's scheduler.</summary>
    public const int Length = 256;

    private readonly long[] _now = new long[(requests + Length - 1) / Length];
    private readonly long[] _best = Enumerable.Repeat(long.MaxValue, (requests + Length - 1) / Length).ToArray();

    public double Seconds => (double)_best.Sum() / Stopwatch.Frequency;

    public void Add(int request, long ticks) => _now[request / Length] += ticks;

    /// <summary>Chunks that got no time in this round keep what they have.</summary>
    public void EndRound()
    {
        for (var chunk = 0; chunk < _now.Length; chunk++)
        {
            _best[chunk] = _now[chunk] > 0 ? Math.Min(_best[chunk], _now[chunk]) : _best[chunk];
        }

        Array.Clear(_now);
    }
}
