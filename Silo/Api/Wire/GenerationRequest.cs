namespace Preble.Api.Wire;

/// <summary>The fields that chat completions and completions have in common. Null means that the client did not give it.</summary>
internal abstract record GenerationRequest
{
    public string? Model { get; init; }

    public bool? Stream { get; init; }

    public StreamOptions? StreamOptions { get; init; }

    public int? MaxTokens { get; init; }

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

    /// <summary>The tenant, unless the header <see cref="ApiHeaders.Tenant"/> names one.</summary>
    public string? User { get; init; }

    /// <summary>What the request belongs to, as OpenAI's field of this name: those with one key are kept together.</summary>
    public string? PromptCacheKey { get; init; }

    /// <summary>Lower is served first, as vLLM's field of this name.</summary>
    public int? Priority { get; init; }

    /// <summary>Seconds until the request ends, answered or not.</summary>
    public double? Timeout { get; init; }

    /// <summary>Seconds that the prompt's cached blocks are to be kept after their last use.</summary>
    public double? CachePinSeconds { get; init; }

    /// <summary>Requests share cached prefixes only with requests of the same salt.</summary>
    public string? CacheSalt { get; init; }
}
