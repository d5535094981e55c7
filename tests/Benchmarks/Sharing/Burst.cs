using System.Diagnostics;

namespace Preble.Benchmarks.Sharing;

/// <summary>Requests sent at once, and what came of them.</summary>
internal sealed record Burst(IReadOnlyList<Completion> Completions, double WallSeconds)
{
    public double MeanFirstToken => Completions.Average(completion => completion.FirstTokenSeconds);

    /// <summary>The 99th of a hundred; of fewer than a hundred the last one.</summary>
    public double LateFirstToken => Completions.Select(completion => completion.FirstTokenSeconds).Order()
        .ElementAt(Math.Min(Completions.Count - 1, (int)(0.99 * Completions.Count)));

    public int Computed => Completions.Sum(completion => completion.Computed);

    public static async Task<Burst> SendAsync(HttpClient http, string model, IReadOnlyList<int[]> prompts, int tokens, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var completions = await Task.WhenAll(prompts.Select(prompt => Completion.AskAsync(http, model, prompt, tokens, cancellation)));
        return new Burst(completions, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
