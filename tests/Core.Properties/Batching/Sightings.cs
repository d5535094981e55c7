using Preble.Core.Batching;
using Preble.Testing;

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

    public int Jumps { get; set; }

    public int Damages { get; set; }

    public int Forks { get; set; }

    public long PartialTokens { get; private set; }

    public long HostHitTokens { get; private set; }

    public long Saves { get; private set; }

    public long Loads { get; private set; }

    public long FailedLoads { get; private set; }

    public long Copies { get; private set; }

    public long Drafted { get; private set; }

    /// <summary>Guessed tokens that were right.</summary>
    public long Accepted { get; private set; }

    public long PinsRefused { get; private set; }

    public long PinsDropped { get; private set; }

    /// <summary>Steps after which something was pinned.</summary>
    public long Pinned { get; set; }

    public void Add(WorkerCounters counters, FakeHostMemory host)
    {
        PartialTokens += counters.PartialTokensTotal;
        HostHitTokens += counters.HostHitTokensTotal;
        (Saves, Loads) = (Saves + host.Saves, Loads + host.Loads);
        (FailedLoads, Copies) = (FailedLoads + host.FailedLoads, Copies + host.Copies);
        Drafted += counters.DraftedTokensTotal;
        Accepted += counters.AcceptedTokensTotal;
        PinsRefused += counters.PinsRefusedTotal;
        PinsDropped += counters.PinsDroppedTotal;
        Preemptions += counters.PreemptionsTotal;
        Evictions += counters.EvictedBlocksTotal;
        CachedTokens += counters.CachedTokensTotal;
    }

    public override string ToString() =>
        $"{Ends.GetValueOrDefault(FinishReason.Stop)} stops, {Ends.GetValueOrDefault(FinishReason.Length)} lengths, {Refusals} refusals, "
        + $"{Cancels} cancels, {Failures} failures, {Drains} drains, {PartialChunks} partial chunks, {Preemptions} preemptions, "
        + $"{Evictions} evictions, {SharedBlocks} shared blocks, {CachedTokens} cached tokens, "
        + $"{Copies} copies for {PartialTokens} tokens, {Saves} saves, {Loads} loads of which {FailedLoads} failed, {HostHitTokens} tokens from the host, "
        + $"{Pinned} steps with pins, {PinsRefused} pins refused, {PinsDropped} dropped, {Drafted} tokens guessed of which {Accepted} were right, "
        + $"{Damages} damages, {Forks} forks, {Jumps} jumps, "
        + $"{Ends.GetValueOrDefault(FinishReason.TimedOut)} time-outs";
}
