using System.Collections.Immutable;

namespace Preble;

/// <summary>Asks a worker to generate.</summary>
/// <param name="Prompt">The prompt's tokens, at least one.</param>
/// <param name="MaxOutputTokens">At least 1; the worker also stops at the model's context.</param>
/// <param name="StopTokens">Token ids that end the sequence; they are not part of the output.</param>
/// <param name="CacheSalt">Keeps tenants' caches apart; empty for the common cache.</param>
/// <param name="OutputTokensInPrompt">
/// How many of the prompt's last tokens an earlier worker put out for the same request: presence and frequency penalties count them as output.
/// </param>
[GenerateSerializer, Immutable, Alias("Preble.GenerateCommand")]
public sealed record GenerateCommand(
    [property: Id(0)] RequestId Request,
    [property: Id(1)] ImmutableArray<int> Prompt,
    [property: Id(2)] int MaxOutputTokens,
    [property: Id(3)] ImmutableArray<int> StopTokens,
    [property: Id(4)] SamplingOptions Sampling,
    [property: Id(5)] string CacheSalt = "",
    [property: Id(6)] int OutputTokensInPrompt = 0);
