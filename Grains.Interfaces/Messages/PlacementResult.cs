namespace Preble;

/// <summary>Why a worker was chosen. Numbers are on the wire: append only.</summary>
[GenerateSerializer, Alias("Preble.PlacementReason")]
public enum PlacementReason
{
    /// <summary>Less is missing than cached: the request goes where its prefix lives (Preble §3.2).</summary>
    Exploit = 1,

    /// <summary>Too little is cached to matter: the request goes where it costs least (Preble §3.2).</summary>
    Explore = 2,

    /// <summary>The policy in force does not look at prefixes.</summary>
    Policy = 3,

    /// <summary>Worth exploiting, but the holders are overloaded: the request goes where it costs least (Preble §3.2, shift).</summary>
    Diverted = 4,

    /// <summary>A worker with a shorter match is so much lighter that it costs less.</summary>
    Alternative = 5,

    /// <summary>Little is cached and a worker mostly decodes: prefill fits in beside it (Preble §3.2, IMBAL_R).</summary>
    DecodeHeavy = 6,

    /// <summary>Rebalancing or replication has assigned the prefix to the worker (Preble §3.2, post-assignment adjustment).</summary>
    Assigned = 7,

    /// <summary>The client's session decided: costs were near enough, or the policy goes by sessions alone.</summary>
    Session = 8,
}

/// <summary>Where a request shall run, and what decided it. The scheduler has booked its load already.</summary>
/// <param name="Worker">The chosen worker.</param>
/// <param name="HitTokens">Leading prompt tokens that the worker is believed to hold.</param>
/// <param name="Reason">Which rule chose.</param>
/// <param name="CostSeconds">The chosen worker's cost L + M + P in seconds of its time; 0 for policies without costs.</param>
[GenerateSerializer, Immutable, Alias("Preble.PlacementTicket")]
public sealed record PlacementTicket(
    [property: Id(0)] RequestId Request,
    [property: Id(1)] WorkerId Worker,
    [property: Id(2)] int HitTokens,
    [property: Id(3)] PlacementReason Reason,
    [property: Id(4)] double CostSeconds)
{
    /// <summary>To be added to the request's priority at the worker: above 0 when it cannot be in time and shall not make others late.</summary>
    [Id(5)] public int PriorityShift { get; init; }
}

/// <summary>A ticket or a refusal; exactly one is set.</summary>
[GenerateSerializer, Immutable, Alias("Preble.PlacementResult")]
public sealed record PlacementResult(
    [property: Id(0)] PlacementTicket? Ticket,
    [property: Id(1)] Rejection? Rejection);
