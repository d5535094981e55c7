using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Policies;

/// <summary>
/// llm-d's weighted scorers, each from 0 to 1; the highest sum wins. Prefix: blocks matched of all. Queue: (max − q) / (max − min) of those
/// that wait. Usage: 1 − share of the KV cache in use. Tokens: 1 − tokens in flight / 4,194,304. Cold: a prompt that nobody has goes to
/// whoever got such a one the longest ago, so that new prefixes spread; 0.5 for all when somebody has a part of it.
/// </summary>
public sealed class WeightedScores : IPlacementPolicy
{
    private const double MostTokens = 4_194_304;

    private readonly ColdOrder _cold = new();

    public PlacementMeasure Measure => PlacementMeasure.Score;

    public PlacementDecision Choose(PlacementContext context)
    {
        var (least, most, longest) = (int.MaxValue, 0, 0);
        foreach (var worker in context.Candidates)
        {
            var score = WorkerScore.Of(context, worker, double.NaN);
            context.Scores.Add(score);
            (least, most) = (Math.Min(least, worker.Waiting), Math.Max(most, worker.Waiting));
            longest = Math.Max(longest, score.OverlapBlocks);
        }

        var isCold = longest == 0;
        if (isCold)
        {
            _cold.Rank(context.Candidates);
        }

        var (best, highest) = (0, double.MinValue);
        for (var index = 0; index < context.Scores.Count; index++)
        {
            var score = context.Scores[index];
            var total = Total(context, score, least, most, isCold ? _cold.Score(score.Worker) : 0.5);
            context.Scores[index] = score with { Total = total };
            if (total > highest || (total == highest && PlacementContext.BreaksTie(score.Worker, context.Scores[best].Worker)))
            {
                (best, highest) = (index, total);
            }
        }

        var chosen = context.Scores[best];
        if (isCold)
        {
            _cold.Took(chosen.Worker);
        }

        return new PlacementDecision(chosen.Worker, chosen.OverlapBlocks > 0 ? PlacementReason.Exploit : PlacementReason.Explore, 0);
    }

    private static double Total(PlacementContext context, WorkerScore score, int leastWaiting, int mostWaiting, double cold)
    {
        var (worker, options) = (score.Worker, context.Options);
        var prefix = (double)score.OverlapBlocks / Math.Max(1, context.Query.Blocks.Length);
        var queue = mostWaiting == leastWaiting ? 1 : (double)(mostWaiting - worker.Waiting) / (mostWaiting - leastWaiting);
        var tokens = 1 - Math.Min(1, (worker.BookedTokens + worker.Elsewhere.Tokens) / MostTokens);
        return (options.PrefixScoreWeight * prefix) + (options.QueueScoreWeight * queue) + (options.UsageScoreWeight * (1 - worker.Usage))
            + (options.TokenScoreWeight * tokens) + (options.ColdScoreWeight * cold);
    }
}
