using System.Collections.Immutable;

namespace Preble.Api;

/// <summary>How to generate, after validation: what chat completions and completions have in common.</summary>
/// <param name="MaxTokens">Null for as much as the context allows.</param>
/// <param name="Tenant">Empty for nobody in particular. Not for logs: it may be a person's name.</param>
/// <param name="TimeoutSeconds">0 for none.</param>
/// <param name="Sampling">The first choice's; see <see cref="ForChoice"/>.</param>
internal sealed record GenerationSettings(
    int? MaxTokens,
    SamplingOptions Sampling,
    ImmutableArray<string> Stops,
    int Choices,
    bool Stream,
    bool IncludeUsage,
    string CacheSalt,
    int Priority = 0,
    string Tenant = "",
    double TimeoutSeconds = 0,
    double PinSeconds = 0)
{
    /// <summary>Equal for requests that belong together; 0 for one that belongs to nothing.</summary>
    public ulong SessionHash { get; init; }

    /// <summary>Seconds within which the client wants its first token; 0 for no matter when.</summary>
    public double TtftTargetSeconds { get; init; }

    /// <summary>Each choice draws with a seed of its own, so that choices differ and a given seed repeats them all.</summary>
    public SamplingOptions ForChoice(int choice) => Sampling with { Seed = Sampling.Seed + (ulong)choice };
}
