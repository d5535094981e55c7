using System.Collections.Immutable;

namespace Preble;

/// <summary>One decision of the scheduler as it was made, with what it knew. It names no prompt and no session.</summary>
[GenerateSerializer, Immutable, Alias("Preble.PlacementRecord")]
public sealed record PlacementRecord
{
    /// <summary>The request of the first choice; a further attempt has a name of its own, made from the first one's.</summary>
    [Id(0)] public required RequestId Request { get; init; }

    /// <summary>Further choices that were placed along.</summary>
    [Id(1)] public ImmutableArray<RequestId> Siblings { get; init; } = [];

    /// <summary>How long ago it was decided.</summary>
    [Id(2)] public double AgeSeconds { get; init; }

    /// <summary>Name of the policy.</summary>
    [Id(3)] public required string Policy { get; init; }

    /// <summary>What the totals of the workers mean.</summary>
    [Id(4)] public PlacementMeasure Measure { get; init; }

    /// <summary>The rule that chose; null for a request that was refused.</summary>
    [Id(5)] public PlacementReason? Reason { get; init; }

    /// <summary>The worker it was sent to; null for a request that was refused.</summary>
    [Id(6)] public WorkerId? Worker { get; init; }
    [Id(7)] public int PromptTokens { get; init; }

    /// <summary>Full blocks of the prompt.</summary>
    [Id(8)] public int PromptBlocks { get; init; }

    /// <summary>Leading prompt tokens that the worker was believed to hold and could use.</summary>
    [Id(9)] public int HitTokens { get; init; }

    /// <summary>Prompt tokens that it had to compute; 0 for a request that was refused.</summary>
    [Id(10)] public int MissedTokens { get; init; }

    /// <summary>The output that its load was booked with, a choice.</summary>
    [Id(11)] public int ExpectedOutputTokens { get; init; }

    /// <summary>Why it was refused; null for one that was placed.</summary>
    [Id(12)] public Rejection? Rejection { get; init; }

    /// <summary>The workers that could have taken it, in no promised order; empty when they are no longer remembered.</summary>
    [Id(13)] public ImmutableArray<WorkerScoreRecord> Workers { get; init; } = [];

    /// <summary>The decision in one sentence.</summary>
    [Id(14)] public string Explanation { get; init; } = "";
}

/// <summary>What the policy made of one worker. NaN is what it did not work out, because the worker could not win or the policy has no such thing.</summary>
/// <param name="OverlapTokens">Leading prompt tokens resident on the worker.</param>
/// <param name="InFlight">Its requests in flight before this one.</param>
/// <param name="LoadSeconds">L, weighted: the work it was given.</param>
/// <param name="EvictionSeconds">M, weighted: the work that evictions would make worthless.</param>
/// <param name="PrefillSeconds">P, weighted: the request's own prefill there.</param>
/// <param name="Total">What was compared, in the policy's measure.</param>
/// <param name="WaitSeconds">Of the load, what would go before this request's prefill.</param>
[GenerateSerializer, Immutable, Alias("Preble.WorkerScoreRecord")]
public readonly record struct WorkerScoreRecord(
    [property: Id(0)] WorkerId Worker,
    [property: Id(1)] int OverlapTokens,
    [property: Id(2)] int InFlight,
    [property: Id(3)] double LoadSeconds,
    [property: Id(4)] double EvictionSeconds,
    [property: Id(5)] double PrefillSeconds,
    [property: Id(6)] double Total,
    [property: Id(7)] double WaitSeconds = double.NaN);

/// <summary>Which decisions are asked for, the latest first.</summary>
/// <param name="Count">At most so many.</param>
/// <param name="Worker">Only those sent to this worker; null for any.</param>
/// <param name="Reason">Only those by this rule; null for any.</param>
/// <param name="Refused">Only those that were refused.</param>
[GenerateSerializer, Immutable, Alias("Preble.PlacementFilter")]
public sealed record PlacementFilter(
    [property: Id(0)] int Count,
    [property: Id(1)] WorkerId? Worker = null,
    [property: Id(2)] PlacementReason? Reason = null,
    [property: Id(3)] bool Refused = false);
