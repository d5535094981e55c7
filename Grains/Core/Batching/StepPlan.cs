using Preble.Core.KvCache;
using Preble.Core.KvCache.Host;

namespace Preble.Core.Batching;

/// <summary>
/// What one step computes: chunks of distinct sequences, running ones first. And what is moved between blocks before it: all saves, then all
/// loads, then all copies, see <see cref="BlockTransfers"/>. Owned and reused by the worker; valid until the next plan.
/// </summary>
public sealed class StepPlan
{
    private readonly List<ScheduledChunk> _chunks = [];
    private readonly BlockTransfers _transfers = new();

    public IReadOnlyList<ScheduledChunk> Chunks => _chunks;

    public int Count => _chunks.Count;

    /// <summary>True without chunks: there is no step to compute, though there may be transfers.</summary>
    public bool IsEmpty => _chunks.Count == 0;

    public IReadOnlyList<HostSave> Saves => _transfers.Saves;

    public IReadOnlyList<HostLoad> Loads => _transfers.Loads;

    public IReadOnlyList<BlockCopy> Copies => _transfers.Copies;

    /// <summary>True when something is to be moved before the step; <see cref="WorkerCore.CompleteLoads"/> then follows the moves.</summary>
    public bool HasTransfers => _transfers.Any;

    /// <summary>Tokens over all chunks.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Sampled tokens over all chunks, see <see cref="ScheduledChunk.SampledCount"/>.</summary>
    public int SampledCount { get; private set; }

    internal BlockTransfers Transfers => _transfers;

    public void Clear()
    {
        _transfers.Clear();
        _chunks.Clear();
        (TokenCount, SampledCount) = (0, 0);
    }

    public void Add(ScheduledChunk chunk)
    {
        Invariant.Require(chunk.Count > 0, "a chunk computes at least one token");
        _chunks.Add(chunk);
        TokenCount += chunk.Count;
        SampledCount += chunk.SampledCount;
    }

    /// <summary>Lets the chunk at that index compute guessed tokens too.</summary>
    public void Extend(int index, int drafts)
    {
        var chunk = _chunks[index];
        Invariant.Require(chunk is { Samples: true, Drafts: 0 }, "guesses follow the last known token");
        _chunks[index] = chunk with { Count = chunk.Count + drafts, Drafts = drafts };
        TokenCount += drafts;
        SampledCount += drafts;
    }
}
