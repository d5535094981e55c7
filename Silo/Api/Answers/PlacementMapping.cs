using System.Text.Json;
using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>From the scheduler's record of a decision to what people read: words for numbers, the best worker first, null for NaN.</summary>
internal static class PlacementMapping
{
    public static PlacementEntry Entry(PlacementRecord record, ModelId model, DateTimeOffset now) => new(
        record.Request.Value,
        model.Value,
        now - TimeSpan.FromSeconds(record.AgeSeconds),
        Math.Round(record.AgeSeconds, 3),
        record.Policy,
        Word(record.Measure),
        record.Reason is { } reason ? Word(reason) : null,
        record.Worker?.Value,
        record.Explanation,
        record.PromptTokens,
        record.PromptBlocks,
        record.HitTokens,
        record.MissedTokens,
        record.ExpectedOutputTokens,
        1 + record.Siblings.Length,
        record.Rejection is { } refusal ? new(Word(refusal.Reason), refusal.Message, refusal.RetryAfterSeconds) : null,
        [.. InOrder(record).Select(Worker)]);

    /// <summary>The word of an enumeration's value on the wire, as in metrics but with underscores: <c>queue_full</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The chosen one, then the others from the best to the worst; those that were not weighed come last, by name.</summary>
    private static IOrderedEnumerable<WorkerScoreRecord> InOrder(PlacementRecord record)
    {
        var sign = record.Measure is PlacementMeasure.Score or PlacementMeasure.Hash ? -1 : 1;
        return record.Workers
            .OrderByDescending(score => score.Worker == record.Worker)
            .ThenBy(score => double.IsNaN(score.Total))
            .ThenBy(score => double.IsNaN(score.Total) ? 0 : sign * score.Total)
            .ThenBy(score => score.Worker.Value.Length)
            .ThenBy(score => score.Worker.Value, StringComparer.Ordinal);
    }

    private static PlacementWorker Worker(WorkerScoreRecord score) => new(
        score.Worker.Value, score.OverlapTokens, score.InFlight,
        Number(score.WaitSeconds), Number(score.LoadSeconds), Number(score.EvictionSeconds), Number(score.PrefillSeconds), Number(score.Total));

    /// <summary>Nanoseconds are enough for anybody; JSON has no NaN.</summary>
    private static double? Number(double value) => double.IsFinite(value) ? Math.Round(value, 9) : null;
}
