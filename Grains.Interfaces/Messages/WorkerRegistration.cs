namespace Preble;

/// <summary>
/// Measured speed of a worker. Prefill of n tokens after c cached ones costs
/// n · PrefillSecondsPerToken + n · (c + n / 2) · PrefillSecondsPerTokenContext; a decoded token costs DecodeSecondsPerToken (Preble App. B).
/// </summary>
[GenerateSerializer, Immutable, Alias("Preble.CostProfile")]
public sealed record CostProfile(
    [property: Id(0)] double PrefillSecondsPerToken,
    [property: Id(1)] double PrefillSecondsPerTokenContext,
    [property: Id(2)] double DecodeSecondsPerToken);

/// <summary>A worker says who it is. Sent at its start and whenever the scheduler no longer knows it.</summary>
/// <param name="Epoch">Differs each time the worker starts with an empty cache.</param>
/// <param name="BlockSize">Tokens a block.</param>
/// <param name="TotalBlocks">Blocks of its KV cache.</param>
/// <param name="ContextTokens">The longest prompt plus output.</param>
[GenerateSerializer, Immutable, Alias("Preble.WorkerRegistration")]
public sealed record WorkerRegistration(
    [property: Id(0)] WorkerId Worker,
    [property: Id(1)] ModelId Model,
    [property: Id(2)] long Epoch,
    [property: Id(3)] int BlockSize,
    [property: Id(4)] int TotalBlocks,
    [property: Id(5)] int ContextTokens,
    [property: Id(6)] CostProfile Costs);
