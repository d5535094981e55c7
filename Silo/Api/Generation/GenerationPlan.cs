using System.Collections.Immutable;

namespace Preble.Api;

/// <summary>One request, ready to be placed: its prompt in tokens and how to go on from there.</summary>
/// <param name="Model">Who answers it.</param>
/// <param name="Name">The request's name; each choice and each attempt adds its number.</param>
/// <param name="Blocks">The hashes of the prompt's full blocks.</param>
/// <param name="MaxOutputTokens">At least 1, and never more than the context has room for.</param>
/// <param name="Deadline">When it ends, answered or not; null for never.</param>
internal sealed record GenerationPlan(
    ApiModel Model,
    string Name,
    ImmutableArray<int> Prompt,
    ImmutableArray<BlockHash> Blocks,
    int MaxOutputTokens,
    GenerationSettings Settings,
    Deadline? Deadline = null);
