using System.Text.Json.Serialization;

namespace Preble.Api.Wire;

/// <summary>The answer to a completion, and with streaming each of its events: OpenAI uses one shape for both.</summary>
internal sealed record CompletionResponse(string Id, string Object, long Created, string Model, IReadOnlyList<CompletionChoice> Choices)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Usage? Usage { get; init; }
}

/// <summary>One of the answers, or what it has gained.</summary>
internal sealed record CompletionChoice(int Index, string Text, string? FinishReason)
{
    /// <summary>Always null: log probabilities are refused.</summary>
    public object? Logprobs => null;
}
