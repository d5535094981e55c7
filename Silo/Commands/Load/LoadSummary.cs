namespace Preble.Commands.Load;

/// <summary>Mean and percentiles of one measure, in seconds. A percentile is the smallest value that so many values do not exceed.</summary>
internal sealed record LoadFigure(double MeanSeconds, double P50Seconds, double P99Seconds)
{
    public static LoadFigure Of(IEnumerable<double> seconds)
    {
        var sorted = seconds.Order().ToArray();
        return sorted.Length == 0
            ? new LoadFigure(0, 0, 0)
            : new LoadFigure(sorted.Average(), Percentile(sorted, 0.5), Percentile(sorted, 0.99));
    }

    private static double Percentile(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}

/// <summary>One worker's share of a load.</summary>
internal sealed record WorkerShare(string Worker, int Requests, double HitRatio);

/// <summary>What a load came to.</summary>
internal sealed record LoadSummary(
    int Answered,
    double RequestsPerSecond,
    double TokensPerSecond,
    LoadFigure FirstToken,
    LoadFigure InterToken,
    LoadFigure EndToEnd,
    IReadOnlyList<WorkerShare> Workers,
    IReadOnlyList<(string Error, int Count)> Errors)
{
    public static LoadSummary Of(IReadOnlyList<LoadSample> samples, double seconds)
    {
        var answered = samples.Where(sample => sample.Error is null).ToList();
        return new LoadSummary(
            answered.Count,
            answered.Count / seconds,
            answered.Sum(sample => sample.OutputTokens) / seconds,
            LoadFigure.Of(answered.Select(sample => sample.FirstTokenSeconds)),
            LoadFigure.Of(answered.SelectMany(sample => sample.GapSeconds)),
            LoadFigure.Of(answered.Select(sample => sample.TotalSeconds)),
            [.. answered.GroupBy(sample => sample.Worker ?? "?").OrderBy(group => group.Key, StringComparer.Ordinal).Select(Share)],
            [.. samples.Where(sample => sample.Error is not null).CountBy(sample => sample.Error!).Select(pair => (pair.Key, pair.Value))]);
    }

    private static WorkerShare Share(IGrouping<string, LoadSample> samples)
    {
        var prompt = samples.Sum(sample => sample.PromptTokens);
        var cached = samples.Sum(sample => sample.CachedTokens);
        return new WorkerShare(samples.Key, samples.Count(), prompt == 0 ? 0 : (double)cached / prompt);
    }
}
