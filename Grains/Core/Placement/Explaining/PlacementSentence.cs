using System.Globalization;

namespace Preble.Core.Placement.Explaining;

/// <summary>A decision in one sentence: what decided, and by how much. The same decision always gives the same words.</summary>
public static class PlacementSentence
{
    public static string Of(PlacementRecord record)
    {
        if (record.Rejection is { } rejection)
        {
            return $"Refused: {rejection.Message}";
        }

        var compared = Compared(record);
        return compared.Length == 0 ? $"{Decided(record)}." : $"{Decided(record)}; {compared}.";
    }

    /// <summary>What decided.</summary>
    private static string Decided(PlacementRecord record)
    {
        var worker = record.Worker!.Value;
        var prompt = $"{Count(record.PromptTokens)} prompt tokens";
        var holder = Longest(record);
        return record.Reason switch
        {
            PlacementReason.Exploit => $"{Count(record.HitTokens)} of {prompt} lie on {worker}",
            PlacementReason.Explore when holder is not { } held => $"Nobody holds any of the {prompt}",
            PlacementReason.Explore => $"At most {Count(holder!.Value.OverlapTokens)} of {prompt} are cached, on {holder.Value.Worker}",
            PlacementReason.Diverted when holder is { } held =>
                $"{Count(held.OverlapTokens)} of {prompt} lie on {held.Worker}, which has too much to do",
            PlacementReason.Diverted => "The worker with the longest cached prefix has too much to do",
            PlacementReason.Alternative when holder is { } held =>
                $"{Count(record.HitTokens)} of {prompt} lie on {worker}, which is so much lighter than {held.Worker} with {Count(held.OverlapTokens)}",
            PlacementReason.DecodeHeavy => $"Little of the prompt is cached, and {worker} mostly decodes",
            PlacementReason.Assigned => $"The prompt's prefix is assigned to {worker}",
            PlacementReason.Session => $"The client's session belongs to {worker}",
            _ => ByPolicy(record.Policy, worker),
        };
    }

    private static string ByPolicy(string policy, WorkerId worker) => policy switch
    {
        "round-robin" => $"It was the turn of {worker}",
        "random" => $"{worker} was drawn",
        "power-of-two" => "Two workers were drawn",
        "session" => $"Without a session, the beginning of the prompt belongs to {worker}",
        _ => "The policy goes by load",
    };

    /// <summary>By how much: the chosen worker and the best of the others.</summary>
    private static string Compared(PlacementRecord record)
    {
        if (record.Workers.Length == 1)
        {
            return "no other worker could take it";
        }

        var chosen = double.NaN;
        WorkerScoreRecord? next = null;
        foreach (var score in record.Workers)
        {
            if (score.Worker == record.Worker)
            {
                chosen = score.Total;
            }
            else if (!double.IsNaN(score.Total) && (next is not { } best || IsBetter(record.Measure, score.Total, best.Total)))
            {
                next = score;
            }
        }

        if (double.IsNaN(chosen) || Verb(record.Measure) is not { } verb)
        {
            return "";
        }

        var own = $"{record.Worker} {verb} {Total(record.Measure, chosen)}";
        return next is not { } other ? own
            : IsBetter(record.Measure, other.Total, chosen) ? $"{own}, though {other.Worker} {verb} {Total(record.Measure, other.Total)}"
            : $"{own}, the next, {other.Worker}, {Total(record.Measure, other.Total)}";
    }

    private static WorkerScoreRecord? Longest(PlacementRecord record)
    {
        WorkerScoreRecord? longest = null;
        foreach (var score in record.Workers)
        {
            longest = score.OverlapTokens > (longest?.OverlapTokens ?? 0) ? score : longest;
        }

        return longest;
    }

    private static bool IsBetter(PlacementMeasure measure, double challenger, double holder) =>
        measure == PlacementMeasure.Score ? challenger > holder : challenger < holder;

    /// <summary>Null where the numbers would tell nobody anything.</summary>
    private static string? Verb(PlacementMeasure measure) => measure switch
    {
        PlacementMeasure.Seconds or PlacementMeasure.Blocks => "costs",
        PlacementMeasure.Requests => "has",
        PlacementMeasure.Score => "scores",
        _ => null,
    };

    private static string Total(PlacementMeasure measure, double total) => measure switch
    {
        PlacementMeasure.Seconds => $"{Seconds(total)} s",
        PlacementMeasure.Blocks => Text($"{total:#,0.#} blocks"),
        PlacementMeasure.Requests => total == 1 ? "1 request in flight" : Text($"{total:#,0} requests in flight"),
        _ => Text($"{total:0.00}"),
    };

    /// <summary>Three digits that mean something, and no exponent: 123, 1.23, 0.0012.</summary>
    private static string Seconds(double seconds) =>
        seconds >= 100 ? Text($"{seconds:#,0}")
        : seconds >= 1 ? Text($"{seconds:0.00}")
        : seconds >= 0.01 ? Text($"{seconds:0.000}") : Text($"{seconds:0.00000}");

    private static string Count(int count) => Text($"{count:#,0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
