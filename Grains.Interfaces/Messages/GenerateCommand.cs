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
/// <param name="Priority">Lower is served first, whatever the tenant; 0 is the common level.</param>
/// <param name="Tenant">Who the work is counted for, so that one tenant's flood does not hold up another's; empty is a tenant like any other.</param>
/// <param name="TimeoutSeconds">Ends the request, waiting or running, so long after its arrival at the worker; 0 for never.</param>
/// <param name="PinSeconds">Keeps the prompt's full blocks cached for so long after they were last asked for; 0 for no longer than others.</param>
[GenerateSerializer, Immutable, Alias("Preble.GenerateCommand")]
public sealed record GenerateCommand(
    [property: Id(0)] RequestId Request,
    [property: Id(1)] ImmutableArray<int> Prompt,
    [property: Id(2)] int MaxOutputTokens,
    [property: Id(3)] ImmutableArray<int> StopTokens,
    [property: Id(4)] SamplingOptions Sampling,
    [property: Id(5)] string CacheSalt = "",
    [property: Id(6)] int OutputTokensInPrompt = 0,
    [property: Id(7)] int Priority = 0,
    [property: Id(8)] string Tenant = "",
    [property: Id(9)] double TimeoutSeconds = 0,
    [property: Id(10)] double PinSeconds = 0)
{
    /// <summary>The span that asks, as W3C traceparent, so that the worker's span is its child whatever carries the call; null when not traced.</summary>
    [Id(11)] public string? Trace { get; init; }

    /// <summary>Hosts print the arguments of calls that go wrong: neither the prompt nor what a client chose freely may be there.</summary>
    public override string ToString() => $"{nameof(GenerateCommand)} {{ Request = {Request}, {Prompt.Length} tokens }}";
}
