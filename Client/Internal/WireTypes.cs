using System.Text.Json.Serialization;

namespace Preble.Client.Internal;

// The client's own view of the wire: it knows nothing of the server's projects, so that either can be replaced.

internal sealed record WireRequest
{
    public required string Model { get; init; }
    public required IReadOnlyList<WireMessage> Messages { get; init; }
    public bool? Stream { get; init; }
    public WireStreamOptions? StreamOptions { get; init; }
    public int? MaxCompletionTokens { get; init; }
    public float? Temperature { get; init; }
    public float? TopP { get; init; }
    public int? TopK { get; init; }
    public float? PresencePenalty { get; init; }
    public float? FrequencyPenalty { get; init; }
    public long? Seed { get; init; }
    public IList<string>? Stop { get; init; }
    public int? Priority { get; init; }

    public string? PromptCacheKey { get; init; }
    public double? Timeout { get; init; }
    public double? CachePinSeconds { get; init; }
    public string? CacheSalt { get; init; }
    public string? User { get; init; }
}

internal sealed record WireMessage(string Role, string? Content, string? Name = null);

internal sealed record WireStreamOptions(bool IncludeUsage);

internal sealed record WireAnswer(string? Id, long? Created, string? Model, List<WireChoice>? Choices, WireUsage? Usage, WireError? Error);

/// <summary>A choice of a whole answer has a message, one of an event a delta.</summary>
internal sealed record WireChoice(int Index, WireMessage? Message, WireDelta? Delta, string? FinishReason);

internal sealed record WireDelta(string? Role, string? Content);

internal sealed record WireUsage(int PromptTokens, int CompletionTokens, int TotalTokens, WirePromptDetails? PromptTokensDetails);

internal sealed record WirePromptDetails(int? CachedTokens);

internal sealed record WireError(string? Message, string? Type, string? Code);

internal sealed record WireModels(List<WireModel>? Data);

internal sealed record WireModel(string Id);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WireRequest))]
[JsonSerializable(typeof(WireAnswer))]
[JsonSerializable(typeof(WireModels))]
internal sealed partial class ClientJson : JsonSerializerContext;
