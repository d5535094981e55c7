using System.Collections.Immutable;
using Orleans;

namespace Preble.OnSilo.Serialization;

/// <summary>A token chunk as a later version of the code might have it.</summary>
[GenerateSerializer, Immutable, Alias("Preble.Tests.NewerTokenChunk")]
public sealed record NewerTokenChunk(
    [property: Id(0)] ImmutableArray<int> Tokens,
    [property: Id(1)] FinishReason? Finish,
    [property: Id(2)] int CachedTokens,
    [property: Id(3)] double QueueSeconds,
    [property: Id(4)] Rejection? Rejection,
    [property: Id(5)] string? Error,
    [property: Id(8)] string Further,
    [property: Id(9)] ImmutableArray<WorkerId> More);

/// <summary>A token chunk as it might have begun.</summary>
[GenerateSerializer, Immutable, Alias("Preble.Tests.OlderTokenChunk")]
public sealed record OlderTokenChunk([property: Id(0)] ImmutableArray<int> Tokens, [property: Id(1)] FinishReason? Finish);

[GenerateSerializer, Alias("Preble.Tests.NoMembers")]
public sealed class NoMembers;
