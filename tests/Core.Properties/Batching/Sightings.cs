using Preble.Core.Batching;

namespace Preble.Core.Properties.Batching;

/// <summary>How often the generator reached the cases that matter.</summary>
internal sealed class Sightings
{
    public Dictionary<FinishReason, int> Ends { get; } = [];

    public int Refusals { get; set; }

    public int Cancels { get; set; }

    public int Failures { get; set; }

    public int Drains { get; set; }

    public int PartialChunks { get; set; }

    /// <summary>Blocks that two sequences of one step had in common.</summary>
    public int SharedBlocks { get; set; }

    public long Preemptions { get; private set; }

    public long Evictions { get; private set; }

    public long CachedTokens { get; private set; }

    public void Add(WorkerCounters counters)
    {
        Preemptions += counters.PreemptionsTotal;
        Evictions += counters.EvictedBlocksTotal;
        CachedTokens += counters.CachedTokensTotal;
    }

    public override string ToString() =>
        $"{Ends.GetValueOrDefault(FinishReason.Stop)} stops, {Ends.GetValueOrDefault(FinishReason.Length)} lengths, {Refusals} refusals, "
        + $"{Cancels} cancels, {Failures} failures, {Drains} drains, {PartialChunks} partial chunks, {Preemptions} preemptions, "
        + $"{Evictions} evictions, {SharedBlocks} shared blocks, {CachedTokens} cached tokens";
}
