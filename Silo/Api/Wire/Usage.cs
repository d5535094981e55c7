namespace Preble.Api.Wire;

/// <summary>What a request has used. The prompt counts once, whatever the number of choices.</summary>
internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens, PromptTokensDetails PromptTokensDetails);

/// <summary>How many of the prompt's tokens were taken from the cache.</summary>
internal sealed record PromptTokensDetails(int CachedTokens);
