using System.Text.Json.Serialization;

namespace Preble.Api.Wire;

/// <summary>What a request has used. The prompt counts once, whatever the number of choices.</summary>
internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens, PromptTokensDetails PromptTokensDetails)
{
    /// <summary>Null where nothing was guessed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CompletionTokensDetails? CompletionTokensDetails { get; init; }
}

/// <summary>How many of the prompt's tokens were taken from the cache.</summary>
internal sealed record PromptTokensDetails(int CachedTokens);

/// <summary>How many output tokens the server had guessed ahead and found right, and how many guesses were wrong and are in no output.</summary>
internal sealed record CompletionTokensDetails(int AcceptedPredictionTokens, int RejectedPredictionTokens);
