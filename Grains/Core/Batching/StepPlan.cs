namespace Preble.Core.Batching;

/// <summary>
/// What one step computes: chunks of distinct sequences, running ones first. Owned and reused by the worker; valid until the next plan.
/// </summary>
public sealed class StepPlan
{
    private readonly List<ScheduledChunk> _chunks = [];

    public IReadOnlyList<ScheduledChunk> Chunks => _chunks;

    public int Count => _chunks.Count;

    public bool IsEmpty => _chunks.Count == 0;

    /// <summary>Tokens over all chunks.</summary>
    public int TokenCount { get; private set; }

    public void Clear()
    {
        _chunks.Clear();
        TokenCount = 0;
    }

    public void Add(ScheduledChunk chunk)
    {
        Invariant.Require(chunk.Count > 0, "a chunk computes at least one token");
        _chunks.Add(chunk);
        TokenCount += chunk.Count;
    }
}
