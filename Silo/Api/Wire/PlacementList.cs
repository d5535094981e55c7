using System.Text.Json.Serialization;

namespace Preble.Api.Wire;

/// <summary>The answer of <c>GET /admin/placements</c>, and of one request's.</summary>
internal sealed record PlacementList(string Object, IReadOnlyList<PlacementEntry> Data);

/// <summary>One decision of a scheduler.</summary>
/// <param name="Id">The placement's name: the request's, the choice's number and, from the second on, the attempt's.</param>
/// <param name="Measure">What the totals are: none, seconds, blocks, requests, score or hash.</param>
/// <param name="Reason">The rule that chose; null for a refusal.</param>
/// <param name="Choices">How many choices of the request were placed together.</param>
internal sealed record PlacementEntry(
    string Id,
    string Model,
    DateTimeOffset Time,
    double AgeSeconds,
    string Policy,
    string Measure,
    string? Reason,
    string? Worker,
    string Explanation,
    int PromptTokens,
    int PromptBlocks,
    int CachedTokens,
    int MissedTokens,
    int ExpectedOutputTokens,
    int Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PlacementRefusal? Refusal,
    IReadOnlyList<PlacementWorker> Workers);

/// <summary>Why a request was refused.</summary>
internal sealed record PlacementRefusal(string Reason, string Message, double RetryAfterSeconds);

/// <summary>What the policy made of one worker, the best first; null is what it did not work out.</summary>
internal sealed record PlacementWorker(
    string Worker, int CachedTokens, int RequestsInFlight,
    double? WaitSeconds, double? LoadSeconds, double? EvictionSeconds, double? PrefillSeconds, double? Total);
