using System.Text.Json.Serialization;

namespace Preble.Api.Wire;

/// <summary>One event of a streamed chat completion. The usage comes in an event of its own, without choices.</summary>
internal sealed record ChatCompletionChunk(string Id, string Object, long Created, string Model, IReadOnlyList<ChatChunkChoice> Choices)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Usage? Usage { get; init; }
}

/// <summary>What one choice has gained.</summary>
internal sealed record ChatChunkChoice(int Index, ChatDelta Delta, string? FinishReason)
{
    /// <summary>Always null: log probabilities are refused.</summary>
    public object? Logprobs => null;
}

/// <summary>The role on a choice's first event, text on the next ones, nothing on the last.</summary>
internal sealed record ChatDelta
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }
}
