using System.Diagnostics;
using Preble.Core.Batching;
using Preble.Core.Engine;

namespace Preble.Benchmarks.Fleet;

/// <summary>
/// An engine without a model: each token is the time at which it was put out, and steps come at a given number of tokens a second, so that a
/// step lasts the longer the more sequences are in it. While it waits for its time it sleeps; it computes next to nothing.
/// </summary>
internal sealed class PacedEngine(int blockCount, int blockSize, int contextTokens) : IInferenceEngine
{
    /// <summary>A step that is late by more than this is not made up for: the rate is a rate and no debt.</summary>
    private const double MostDebtSeconds = 0.05;

    private long _due;
    private double _tokensPerSecond;

    public ModelShape Shape { get; } = new(int.MaxValue, contextTokens, ParameterCount: 0, KvBytesPerToken: 0, WeightBytes: 0);

    public int BlockSize => blockSize;

    public int BlockCount => blockCount;

    /// <summary>Tokens a second of all sequences together; 0 for as fast as can be. On any thread.</summary>
    public double TokensPerSecond
    {
        get => Volatile.Read(ref _tokensPerSecond);
        set => Volatile.Write(ref _tokensPerSecond, value);
    }

    public void Step(StepPlan plan, Span<int> sampled)
    {
        var samples = 0;
        foreach (var chunk in plan.Chunks)
        {
            samples += chunk.Samples ? 1 : 0;
        }

        WaitFor(samples);
        var now = EmissionClock.Now;
        for (var i = 0; i < plan.Count; i++)
        {
            sampled[i] = plan.Chunks[i].Samples ? now : -1;
        }
    }

    public int BlockBytes(BlockEncoding encoding) => blockSize;

    public void SaveBlock(int block, BlockEncoding encoding, Span<byte> into) => into.Clear();

    public void LoadBlock(int block, BlockEncoding encoding, ReadOnlySpan<byte> from)
    {
    }

    public void CopyBlock(int from, int to)
    {
    }

    public void Dispose()
    {
    }

    private void WaitFor(int tokens)
    {
        if (TokensPerSecond is not (> 0 and var rate))
        {
            return;
        }

        _due = Math.Max(_due, Stopwatch.GetTimestamp() - (long)(MostDebtSeconds * Stopwatch.Frequency)) + (long)(tokens / rate * Stopwatch.Frequency);
        var wait = (int)((_due - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency);
        if (wait > 0)
        {
            Thread.Sleep(wait); // tidy: it plays the device, which computes for so long
        }
    }
}
