using System.Text.Json;

namespace Preble.Api.Wire;

/// <summary>The body of <c>POST /v1/chat/completions</c>. Fields we do not know are ignored, as OpenAI's clients expect.</summary>
internal sealed record ChatCompletionRequest : GenerationRequest
{
    public List<ChatMessage?>? Messages { get; init; }

    /// <summary>OpenAI's newer name of <see cref="GenerationRequest.MaxTokens"/>; it wins when both are given.</summary>
    public int? MaxCompletionTokens { get; init; }

    public bool? Logprobs { get; init; }

    public int? TopLogprobs { get; init; }

    /// <summary>Given to the chat template as they are.</summary>
    public List<JsonElement>? Tools { get; init; }

    public JsonElement? ToolChoice { get; init; }

    public ResponseFormat? ResponseFormat { get; init; }
}
