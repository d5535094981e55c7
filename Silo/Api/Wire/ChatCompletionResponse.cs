namespace Preble.Api.Wire;

/// <summary>The answer to a chat completion without streaming.</summary>
internal sealed record ChatCompletionResponse(
    string Id, string Object, long Created, string Model, IReadOnlyList<ChatChoice> Choices, Usage Usage);

/// <summary>One of the answers.</summary>
internal sealed record ChatChoice(int Index, AssistantMessage Message, string FinishReason)
{
    /// <summary>Always null: log probabilities are refused.</summary>
    public object? Logprobs => null;
}

/// <summary>What the model said.</summary>
internal sealed record AssistantMessage(string Role, string Content)
{
    /// <summary>Always null; official clients look for the member.</summary>
    public string? Refusal => null;
}
