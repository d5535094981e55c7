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
    [property: Id(5)] ImmutableArray<RequestId> Siblings = default);
