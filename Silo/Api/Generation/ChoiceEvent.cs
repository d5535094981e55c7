namespace Preble.Api;

/// <summary>One piece of a choice: text that is certain, the number of tokens that made it, and the end on the last one.</summary>
internal readonly record struct ChoiceEvent(int Choice, string Text, int TokenCount, WorkerId Worker, ChoiceEnd? End = null);

/// <summary>How a choice ended: with OpenAI's finish reason, or with an error.</summary>
internal sealed record ChoiceEnd(string? FinishReason, int CachedTokens, int OutputTokens, ApiError? Error = null)
{
    /// <summary>Output tokens that were guessed ahead, at whichever workers.</summary>
    public int DraftedTokens { get; init; }

    /// <summary>Those of them that were right.</summary>
    public int AcceptedTokens { get; init; }
}
