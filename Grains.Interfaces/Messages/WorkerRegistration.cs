namespace Preble;

/// <summary>
/// Measured speed of a worker (Preble App. B): what a step costs, as the sum of what is in it. All of it is 0 or more, so that prefill and
/// decode time are positive and never less for more work. A step costs <see cref="StepSeconds"/>; prefill of n tokens after c cached ones
/// adds n · PrefillSecondsPerToken + n · (c + n / 2) · PrefillSecondsPerTokenContext; each decoding sequence of context c adds
/// <see cref="DecodeSecondsPerSequence"/> + c · <see cref="DecodeSecondsPerContextToken"/>. DecodeSecondsPerToken is a token of a sequence
/// that decodes alone, its step included.
/// </summary>
[GenerateSerializer, Immutable, Alias("Preble.CostProfile")]
public sealed record CostProfile(
    [property: Id(0)] double PrefillSecondsPerToken,
    [property: Id(1)] double PrefillSecondsPerTokenContext,
    [property: Id(2)] double DecodeSecondsPerToken)
{
    /// <summary>Seconds of any step, whatever is in it: reading the weights once.</summary>
    [Id(3)] public double StepSeconds { get; init; }

    /// <summary>Seconds that each decoding sequence adds to a step; 0 with <see cref="StepSeconds"/> 0 when only the token alone is known.</summary>
    [Id(4)] public double DecodeSecondsPerSequence { get; init; }

    /// <summary>Seconds that each token of a decoding sequence's context adds to a step.</summary>
    [Id(5)] public double DecodeSecondsPerContextToken { get; init; }
}

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
