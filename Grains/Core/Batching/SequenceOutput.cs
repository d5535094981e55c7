namespace Preble.Core.Batching;

/// <summary>What a step gave one sequence: a token, its end, or both.</summary>
/// <param name="Token">The sampled token; null when a stop token ended the sequence.</param>
/// <param name="Finish">Set when the sequence has ended; its blocks are free.</param>
/// <param name="CachedTokens">Leading prompt tokens whose KV came from the cache at its first admission.</param>
/// <param name="QueueSeconds">Time from its arrival at the worker until its first step.</param>
public readonly record struct SequenceOutput(RequestId Request, int? Token, FinishReason? Finish, int CachedTokens, double QueueSeconds);
