namespace Preble.Core.Batching;

/// <summary>What a step gave one sequence: a token, its end, or both.</summary>
/// <param name="Token">The sampled token; null when a stop token ended the sequence.</param>
/// <param name="Finish">Set when the sequence has ended; its blocks are free.</param>
/// <param name="CachedTokens">Leading prompt tokens whose KV came from the cache at its first admission.</param>
/// <param name="QueueSeconds">Time from its arrival at the worker until its first step.</param>
/// <param name="DraftedTokens">Tokens that were guessed for it up to here.</param>
/// <param name="AcceptedTokens">Those of them that are in its output.</param>
public readonly record struct SequenceOutput(
    RequestId Request, int? Token, FinishReason? Finish, int CachedTokens, double QueueSeconds, int DraftedTokens = 0, int AcceptedTokens = 0)
{
    internal static SequenceOutput Of(Sequence sequence, int? token, FinishReason? finish, double queueSeconds) =>
        new(sequence.Id, token, finish, sequence.CachedCount, queueSeconds, sequence.DraftedTokens, sequence.AcceptedTokens);
}
