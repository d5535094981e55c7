namespace Preble.Core.Batching;

/// <summary>How a worker's core is doing now; totals count since its start.</summary>
public readonly record struct WorkerCounters
{
    public required int WaitingRequests { get; init; }

    public required int RunningRequests { get; init; }

    /// <summary>Prompt tokens not yet computed, of waiting and running requests.</summary>
    public required long PendingPrefillTokens { get; init; }

    public required int TotalBlocks { get; init; }

    /// <summary>Blocks no sequence uses; some of them still cached.</summary>
    public required int FreeBlocks { get; init; }

    public required int CachedBlocks { get; init; }

    /// <summary>Cached share of the prompt tokens admitted in the last 30 s.</summary>
    public required double HitRatio { get; init; }

    public required long PromptTokensTotal { get; init; }

    public required long CachedTokensTotal { get; init; }

    public required long OutputTokensTotal { get; init; }

    public required long RequestsTotal { get; init; }

    public required long PreemptionsTotal { get; init; }

    public required long EvictedBlocksTotal { get; init; }

    public required long StepsTotal { get; init; }
}
