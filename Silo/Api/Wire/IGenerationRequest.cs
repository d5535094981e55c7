namespace Preble.Api.Wire;

/// <summary>The fields that chat completions and completions have in common. Null means that the client did not give it.</summary>
internal interface IGenerationRequest
{
    string? Model { get; }

    bool? Stream { get; }

    StreamOptions? StreamOptions { get; }

    int? MaxTokens { get; }

    double? Temperature { get; }

    double? TopP { get; }

    int? TopK { get; }

    double? MinP { get; }

    double? RepetitionPenalty { get; }

    double? PresencePenalty { get; }

    double? FrequencyPenalty { get; }

    long? Seed { get; }

    int? N { get; }

    StringOrArray? Stop { get; }

    Dictionary<string, double>? LogitBias { get; }

    string? CacheSalt { get; }
}
