using System.Collections.Immutable;

namespace Preble;

/// <summary>How a worker is doing now. Counters count since its start.</summary>
[GenerateSerializer, Immutable, Alias("Preble.WorkerStatus")]
public sealed record WorkerStatus
{
    [Id(0)] public required WorkerId Worker { get; init; }
    [Id(1)] public required long Epoch { get; init; }
    [Id(2)] public int WaitingRequests { get; init; }
    [Id(3)] public int RunningRequests { get; init; }

    /// <summary>Prompt tokens not yet computed, of waiting and running requests.</summary>
    [Id(4)] public long PendingPrefillTokens { get; init; }
    [Id(5)] public int TotalBlocks { get; init; }

    /// <summary>Blocks no sequence uses; some of them still cached.</summary>
    [Id(6)] public int FreeBlocks { get; init; }
    [Id(7)] public int CachedBlocks { get; init; }

    /// <summary>Cached share of the prompt tokens admitted in the last 30 s (Preble §2.8: the decode ratio).</summary>
    [Id(8)] public double HitRatio { get; init; }
    [Id(9)] public long PromptTokensTotal { get; init; }
    [Id(10)] public long CachedTokensTotal { get; init; }
    [Id(11)] public long OutputTokensTotal { get; init; }
    [Id(12)] public long RequestsTotal { get; init; }
    [Id(13)] public long PreemptionsTotal { get; init; }
    [Id(14)] public long EvictedBlocksTotal { get; init; }
    [Id(15)] public long StepsTotal { get; init; }

    /// <summary>Duration of the last step in seconds.</summary>
    [Id(16)] public double LastStepSeconds { get; init; }
    [Id(17)] public bool Draining { get; init; }

    /// <summary>False once the worker has failed; it answers no more requests.</summary>
    [Id(18)] public bool Healthy { get; init; } = true;

    /// <summary>Costs as refined by the steps so far; null when none are known.</summary>
    [Id(19)] public CostProfile? Costs { get; init; }

    /// <summary>
    /// Mean seconds from arrival to first admission in the last 30 s, by the tenth of the prompt that was found cached: the first is
    /// 0 % and more, the last 90 % and more (Preble §3.3).
    /// </summary>
    [Id(20)] public ImmutableArray<double> QueueSecondsByGroup { get; init; } = [];

    /// <summary>Estimated seconds until all that was accepted has ended, by its pending prefill and its expected output.</summary>
    [Id(21)] public double DrainSeconds { get; init; }

    /// <summary>Mean seconds of a step that only decoded, in the last 30 s; 0 when there was none.</summary>
    [Id(22)] public double DecodeStepSeconds { get; init; }

    /// <summary>Mean seconds of a step with prefill in it, in the last 30 s; 0 when there was none.</summary>
    [Id(23)] public double PrefillStepSeconds { get; init; }

    /// <summary>Blocks that the host tier holds.</summary>
    [Id(24)] public int HostBlocks { get; init; }

    /// <summary>Blocks that the host tier has room for; 0 when there is none.</summary>
    [Id(25)] public int HostCapacityBlocks { get; init; }

    /// <summary>Prompt tokens that came back from the host tier instead of being computed.</summary>
    [Id(26)] public long HostHitTokensTotal { get; init; }

    /// <summary>Cached blocks that requests have pinned.</summary>
    [Id(27)] public int PinnedBlocks { get; init; }

    /// <summary>Prompt tokens shared from a part of a block, by copy on write.</summary>
    [Id(28)] public long PartialTokensTotal { get; init; }

    /// <summary>Output tokens that were guessed ahead.</summary>
    [Id(29)] public long DraftedTokensTotal { get; init; }

    /// <summary>Guessed output tokens that were right.</summary>
    [Id(30)] public long AcceptedTokensTotal { get; init; }
}

/// <summary>What a worker sends the scheduler at each beat: its status and the cache changes since the last beat.</summary>
[GenerateSerializer, Immutable, Alias("Preble.WorkerReport")]
public sealed record WorkerReport([property: Id(0)] WorkerStatus Status, [property: Id(1)] KvCacheChanges Changes);

/// <summary>What the scheduler needs from a worker after a report. Numbers are on the wire: append only.</summary>
[GenerateSerializer, Alias("Preble.ReportAnswer")]
public enum ReportAnswer
{
    Accepted = 1,

    /// <summary>Changes were missed: send a snapshot.</summary>
    SendSnapshot = 2,

    /// <summary>The scheduler does not know this worker or this epoch: register, then send a snapshot.</summary>
    Register = 3,
}

/// <summary>What the scheduler believes about one worker.</summary>
[GenerateSerializer, Immutable, Alias("Preble.WorkerOverview")]
public sealed record WorkerOverview(
    [property: Id(0)] WorkerId Worker,
    [property: Id(1)] bool Healthy,
    [property: Id(2)] int BookedRequests,
    [property: Id(3)] double LoadSeconds,
    [property: Id(4)] WorkerStatus? Status);

/// <summary>What the scheduler believes about the fleet.</summary>
/// <param name="IndexBytes">What the prefix index takes, all included; an estimate from its counts.</param>
[GenerateSerializer, Immutable, Alias("Preble.FleetOverview")]
public sealed record FleetOverview(
    [property: Id(0)] ModelId Model,
    [property: Id(1)] ImmutableArray<WorkerOverview> Workers,
    [property: Id(2)] long IndexedBlocks,
    [property: Id(3)] ImmutableArray<PlacementCount> Placements,
    [property: Id(4)] long IndexBytes);

/// <summary>How many placements a rule has made since the scheduler started.</summary>
[GenerateSerializer, Immutable, Alias("Preble.PlacementCount")]
public sealed record PlacementCount([property: Id(0)] PlacementReason Reason, [property: Id(1)] long Count);
