using System.Text.Json;

namespace Preble.Api.Wire;

/// <summary>The body of <c>POST /v1/chat/completions</c>. Fields we do not know are ignored, as OpenAI's clients expect.</summary>
internal sealed record ChatCompletionRequest : IGenerationRequest
{
    public string? Model { get; init; }

    public List<ChatMessage?>? Messages { get; init; }

    public bool? Stream { get; init; }

    public StreamOptions? StreamOptions { get; init; }

    public int? MaxTokens { get; init; }

    /// <summary>OpenAI's newer name of <see cref="MaxTokens"/>; it wins when both are given.</summary>
    public int? MaxCompletionTokens { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public int? TopK { get; init; }

    public double? MinP { get; init; }

    public double? RepetitionPenalty { get; init; }

    public double? PresencePenalty { get; init; }

    public double? FrequencyPenalty { get; init; }

    public long? Seed { get; init; }

    public int? N { get; init; }

    public StringOrArray? Stop { get; init; }

    public Dictionary<string, double>? LogitBias { get; init; }

    public bool? Logprobs { get; init; }

    public int? TopLogprobs { get; init; }

    /// <summary>Given to the chat template as they are.</summary>
    public List<JsonElement>? Tools { get; init; }

    public JsonElement? ToolChoice { get; init; }

    public ResponseFormat? ResponseFormat { get; init; }

    /// <summary>Accepted and not used.</summary>
    public string? User { get; init; }

    /// <summary>Requests share cached prefixes only with requests of the same salt.</summary>
    public string? CacheSalt { get; init; }
}
