using System.Globalization;
using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>Checks the fields that chat completions and completions share.</summary>
internal static class SettingsValidator
{
    public static ApiError? Check(GenerationRequest request, ApiModels models) =>
        Model(request.Model, models)
        ?? AtLeastOne("max_tokens", request.MaxTokens)
        ?? Between("temperature", request.Temperature, 0, 2)
        ?? Between("top_p", request.TopP, 0, 1)
        ?? Between("min_p", request.MinP, 0, 1)
        ?? Between("top_k", request.TopK, -1, int.MaxValue)
        ?? Between("repetition_penalty", request.RepetitionPenalty, 0.01, 100)
        ?? Between("presence_penalty", request.PresencePenalty, -2, 2)
        ?? Between("frequency_penalty", request.FrequencyPenalty, -2, 2)
        ?? Between("n", request.N, 1, ApiLimits.Choices)
        ?? Stops(request.Stop)
        ?? StreamOptions(request)
        ?? LogitBias(request.LogitBias)
        ?? CacheSalt(request.CacheSalt)
        ?? Tenant("user", request.User)
        ?? Session("prompt_cache_key", request.PromptCacheKey)
        ?? Between("priority", request.Priority, -ApiLimits.Priority, ApiLimits.Priority)
        ?? Timeout(request.Timeout)
        ?? Between("cache_pin_seconds", request.CachePinSeconds, 0, ApiLimits.PinSeconds);

    /// <summary>What is wrong with a tenant's name; control characters could forge lines wherever it is shown.</summary>
    public static ApiError? Tenant(string param, string? tenant) =>
        tenant?.Length > ApiLimits.TenantCharacters
            ? ApiErrors.InvalidValue(param, $"has more than {ApiLimits.TenantCharacters} characters")
        : tenant?.Any(char.IsControl) == true ? ApiErrors.InvalidValue(param, "has a control character")
        : null;

    /// <summary>What is wrong with the headers; each is named.</summary>
    public static ApiError? Headers(RequestOrigin origin) =>
        Tenant(ApiHeaders.Tenant, origin.Tenant)
        ?? Session(ApiHeaders.Session, origin.Session)
        ?? (string.IsNullOrEmpty(origin.TtftTarget) || TtftTarget(origin) > 0
            ? null
            : ApiErrors.InvalidValue(ApiHeaders.TtftTarget, $"must be a number of milliseconds, more than 0 and at most {ApiLimits.TtftTargetMs}"));

    /// <summary>
    /// Turns a checked request into settings. What is not given gets OpenAI's default; a seed that is not given, <paramref name="freshSeed"/>.
    /// </summary>
    /// <param name="origin">What headers say goes before what the body says.</param>
    public static GenerationSettings Settings(GenerationRequest request, int? maxTokens, ulong freshSeed, RequestOrigin origin = default) => new(
        maxTokens,
        new SamplingOptions(
            Temperature: (float)(request.Temperature ?? 1),
            // A nucleus of probability 0 is the most likely token alone. Asked of the float, because a tiny double becomes 0 in it.
            TopK: (float?)request.TopP == 0 ? 1 : Math.Max(0, request.TopK ?? 0),
            TopP: (float?)request.TopP is { } topP and > 0 ? topP : 1,
            MinP: (float)(request.MinP ?? 0),
            RepetitionPenalty: (float)(request.RepetitionPenalty ?? 1),
            PresencePenalty: (float)(request.PresencePenalty ?? 0),
            FrequencyPenalty: (float)(request.FrequencyPenalty ?? 0),
            Seed: request.Seed is { } seed ? unchecked((ulong)seed) : freshSeed),
        [.. (request.Stop?.Values ?? []).Select(stop => stop!)],
        request.N ?? 1,
        request.Stream ?? false,
        request.StreamOptions?.IncludeUsage ?? false,
        request.CacheSalt ?? "",
        request.Priority ?? 0,
        string.IsNullOrEmpty(origin.Tenant) ? request.User ?? "" : origin.Tenant,
        request.Timeout ?? 0,
        request.CachePinSeconds ?? 0)
    {
        SessionHash = SessionKey.Of(origin.Session, request.PromptCacheKey, request.User),
        TtftTargetSeconds = TtftTarget(origin),
    };

    public static ApiError? AtLeastOne(string param, int? value) =>
        value is < 1 ? ApiErrors.InvalidValue(param, $"must be at least 1, not {value}") : null;

    /// <summary>Seconds; 0 for none, or one that makes no sense.</summary>
    private static double TtftTarget(RequestOrigin origin) =>
        double.TryParse(origin.TtftTarget, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds is > 0 and <= ApiLimits.TtftTargetMs ? milliseconds / 1000 : 0;

    private static ApiError? Session(string param, string? session) =>
        session?.Length > ApiLimits.SessionCharacters
            ? ApiErrors.InvalidValue(param, $"has more than {ApiLimits.SessionCharacters} characters")
            : null;

    private static ApiError? Model(string? model, ApiModels models) =>
        string.IsNullOrEmpty(model) ? ApiErrors.Missing("model")
        : models.Find(model) is null ? ApiErrors.UnknownModel(Shorten(model), models.Names)
        : null;

    // Written so that NaN and infinity fail, too.
    private static ApiError? Between(string param, double? value, double least, double most) =>
        value is null || (value >= least && value <= most)
            ? null
            : ApiErrors.InvalidValue(param, $"must be between {least} and {most}, not {value}");

    private static ApiError? Timeout(double? seconds) =>
        seconds is null or (> 0 and <= ApiLimits.TimeoutSeconds)
            ? null
            : ApiErrors.InvalidValue("timeout", $"must be more than 0 seconds and at most {ApiLimits.TimeoutSeconds}, not {seconds}");

    private static ApiError? Stops(StringOrArray? stop)
    {
        var stops = stop?.Values ?? [];
        if (stops.Count > ApiLimits.StopStrings)
        {
            return ApiErrors.InvalidValue("stop", $"has {stops.Count} strings; at most {ApiLimits.StopStrings} are allowed");
        }

        return stops.Any(string.IsNullOrEmpty) ? ApiErrors.InvalidValue("stop", "has an empty string")
            : stops.Any(text => text!.Length > ApiLimits.StopCharacters)
                ? ApiErrors.InvalidValue("stop", $"has a string of more than {ApiLimits.StopCharacters} characters")
            : null;
    }

    private static ApiError? StreamOptions(GenerationRequest request) =>
        request.StreamOptions is not null && request.Stream != true
            ? ApiErrors.InvalidValue("stream_options", "is allowed only with 'stream': true")
            : null;

    private static ApiError? LogitBias(Dictionary<string, double>? bias) =>
        bias is { Count: > 0 } ? ApiErrors.Unsupported("logit_bias", "is not supported by this server") : null;

    private static ApiError? CacheSalt(string? salt) =>
        salt?.Length > ApiLimits.CacheSaltCharacters
            ? ApiErrors.InvalidValue("cache_salt", $"has more than {ApiLimits.CacheSaltCharacters} characters")
            : null;

    /// <summary>An answer repeats what the client sent only so far.</summary>
    private static string Shorten(string text) => text.Length <= 100 ? text : string.Concat(text.AsSpan(0, 100), "…");
}
