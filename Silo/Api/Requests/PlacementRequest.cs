using System.Globalization;

namespace Preble.Api;

/// <summary>What a client asks about decisions: the names of requests and the filters of a list.</summary>
internal static class PlacementRequest
{
    /// <summary>The word that asks for refusals where others name a rule.</summary>
    private const string Refused = "refused";

    private static readonly string[] AnswerPrefixes = ["chatcmpl-", "cmpl-"];

    private static readonly PlacementReason[] Reasons = Enum.GetValues<PlacementReason>();

    /// <summary>The request that an answer's <c>id</c> or its header <c>x-request-id</c> names; null for what can name none.</summary>
    public static RequestId? Id(string text)
    {
        var prefix = AnswerPrefixes.FirstOrDefault(known => text.StartsWith(known, StringComparison.Ordinal)) ?? "";
        return text.Length > prefix.Length && text.Length <= ApiLimits.RequestIdCharacters ? new RequestId(text[prefix.Length..]) : null;
    }

    public static ApiError? Read(IQueryCollection query, out PlacementFilter filter)
    {
        var limit = ApiLimits.DefaultPlacements;
        filter = new PlacementFilter(limit);
        if (query["limit"] is [var text, ..] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
            && limit is >= 1 and <= ApiLimits.Placements))
        {
            return ApiErrors.InvalidValue("limit", $"must be a whole number from 1 to {ApiLimits.Placements}");
        }

        var worker = query["worker"] is [{ Length: > 0 } id, ..] ? new WorkerId(id) : (WorkerId?)null;
        filter = new PlacementFilter(limit, worker);
        if (query["reason"] is not [var word, ..])
        {
            return null;
        }

        var at = Array.FindIndex(Reasons, reason => string.Equals(PlacementMapping.Word(reason), word, StringComparison.OrdinalIgnoreCase));
        filter = at >= 0 ? filter with { Reason = Reasons[at] } : filter with { Refused = true };
        return at >= 0 || string.Equals(word, Refused, StringComparison.OrdinalIgnoreCase)
            ? null
            : ApiErrors.InvalidValue("reason", $"must be one of {string.Join(", ", Reasons.Select(PlacementMapping.Word))} and {Refused}");
    }
}
