using System.Collections.Immutable;

namespace Preble;

/// <summary>Asks the scheduler for a worker.</summary>
/// <param name="Request">The request to place.</param>
/// <param name="Blocks">The hashes of the prompt's full blocks, first block first.</param>
/// <param name="PromptTokens">Length of the prompt in tokens, the last partial block included.</param>
/// <param name="MaxOutputTokens">The request's own output limit.</param>
/// <param name="Excluded">Workers that failed this request already.</param>
/// <param name="Siblings">
/// Further choices of the same API request: booked on the same worker, for they share the prompt's KV there. Each is completed by its own name.
/// </param>
[GenerateSerializer, Immutable, Alias("Preble.PlacementQuery")]
public sealed record PlacementQuery(
    [property: Id(0)] RequestId Request,
    [property: Id(1)] ImmutableArray<BlockHash> Blocks,
    [property: Id(2)] int PromptTokens,
    [property: Id(3)] int MaxOutputTokens,
    [property: Id(4)] ImmutableArray<WorkerId> Excluded,
    [property: Id(5)] ImmutableArray<RequestId> Siblings = default)
{
    /// <summary>Lower is served first, whatever the tenant; 0 is the common level.</summary>
    [Id(6)] public int Priority { get; init; }

    /// <summary>Who the work is counted for; empty is a tenant like any other.</summary>
    [Id(7)] public string Tenant { get; init; } = "";

    /// <summary>A hash of what the client says keeps requests together (session, user, cache key); 0 for nothing. Never the text itself.</summary>
    [Id(8)] public ulong SessionHash { get; init; }

    /// <summary>Seconds within which the client wants its first token; 0 for no matter when.</summary>
    [Id(9)] public double TtftTargetSeconds { get; init; }

    /// <summary>The span that asks, as W3C traceparent; null when not traced.</summary>
    [Id(10)] public string? Trace { get; init; }

    /// <summary>Hosts print the arguments of calls that go wrong: what a client chose freely may not be there.</summary>
    public override string ToString() => $"{nameof(PlacementQuery)} {{ Request = {Request}, PromptTokens = {PromptTokens} }}";
}
