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

    /// <summary>Estimated seconds until all that was accepted has ended.</summary>
    public double DrainSeconds { get; init; }

    /// <summary>Mean seconds of a step that only decoded, in the last 30 s; 0 when there was none.</summary>
    public double DecodeStepSeconds { get; init; }

    /// <summary>Mean seconds of a step with prefill in it, in the last 30 s; 0 when there was none.</summary>
    public double PrefillStepSeconds { get; init; }

    /// <summary>Blocks that the host tier holds.</summary>
    public int HostBlocks { get; init; }

    /// <summary>Blocks that the host tier has room for; 0 when there is none.</summary>
    public int HostCapacityBlocks { get; init; }

    /// <summary>Prompt tokens that came back from the host tier instead of being computed.</summary>
    public long HostHitTokensTotal { get; init; }

    /// <summary>Cached blocks that requests have pinned.</summary>
    public int PinnedBlocks { get; init; }

    /// <summary>Pins that were not taken, because too much was pinned already.</summary>
    public long PinsRefusedTotal { get; init; }

    /// <summary>Pins given up before their time, because nothing could run otherwise.</summary>
    public long PinsDroppedTotal { get; init; }

    /// <summary>Prompt tokens shared from a part of a block, by copy on write.</summary>
    public long PartialTokensTotal { get; init; }

    /// <summary>Output tokens that were guessed ahead.</summary>
    public long DraftedTokensTotal { get; init; }

    /// <summary>Guessed output tokens that were right.</summary>
    public long AcceptedTokensTotal { get; init; }
}
