using System.Collections.Immutable;

namespace Preble;

/// <summary>
/// One piece of a token stream: tokens that were ready together, and on the last one the reason of the end.
/// A refusal is a stream of exactly one chunk with <see cref="Rejection"/> set.
/// </summary>
/// <param name="Tokens">Generated tokens in order; may be empty on the last chunk.</param>
/// <param name="Finish">Set on the last chunk only.</param>
/// <param name="CachedTokens">Leading prompt tokens whose KV came from the cache; known from the first chunk on.</param>
/// <param name="QueueSeconds">Time from arrival at the worker until its first step; known from the first chunk on.</param>
/// <param name="Rejection">Set when the worker refused the request.</param>
/// <param name="Error">What failed, without prompt or output text; set with <see cref="FinishReason.Error"/>.</param>
[GenerateSerializer, Immutable, Alias("Preble.TokenChunk")]
public sealed record TokenChunk(
    [property: Id(0)] ImmutableArray<int> Tokens,
    [property: Id(1)] FinishReason? Finish = null,
    [property: Id(2)] int CachedTokens = 0,
    [property: Id(3)] double QueueSeconds = 0,
    [property: Id(4)] Rejection? Rejection = null,
    [property: Id(5)] string? Error = null)
{
    /// <summary>Output tokens that this worker has guessed ahead for the request so far; all of the chunks before included.</summary>
    [Id(6)]
    public int DraftedTokens { get; init; }

    /// <summary>Those of them that were right, and are in the output.</summary>
    [Id(7)]
    public int AcceptedTokens { get; init; }
}
