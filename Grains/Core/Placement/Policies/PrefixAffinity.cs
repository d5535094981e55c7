using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Policies;

/// <summary>
/// The threshold switch of SGLang's model gateway (cache_aware): while the fleet is imbalanced the shortest queue; else the longest cached
/// prefix when it covers enough of the prompt, equals by load and then by the smaller tree; else the shortest queue. Load is requests in
/// flight.
/// </summary>
public sealed class PrefixAffinity : IPlacementPolicy
{
    public PlacementMeasure Measure => PlacementMeasure.Requests;

    public PlacementDecision Choose(PlacementContext context)
    {
        var (lightest, heaviest, holder) = (context.Candidates[0], context.Candidates[0], context.Candidates[0]);
        var longest = -1;
        foreach (var worker in context.Candidates)
        {
            var score = WorkerScore.Of(context, worker, worker.InFlight);
            context.Scores.Add(score);
            lightest = PlacementContext.BreaksTie(worker, lightest) ? worker : lightest;
            heaviest = worker.InFlight > heaviest.InFlight ? worker : heaviest;
            if (score.OverlapBlocks > longest || (score.OverlapBlocks == longest && IsBetterHolder(worker, holder)))
            {
                (holder, longest) = (worker, score.OverlapBlocks);
            }
        }

        var options = context.Options;
        var isHit = (double)longest * context.BlockSize / context.Query.PromptTokens > options.AffinityThreshold;
        return IsImbalanced(options, lightest.InFlight, heaviest.InFlight)
            ? new PlacementDecision(lightest, isHit ? PlacementReason.Diverted : PlacementReason.Explore, 0)
            : new PlacementDecision(isHit ? holder : lightest, isHit ? PlacementReason.Exploit : PlacementReason.Explore, 0);
    }

    private static bool IsImbalanced(SchedulerOptions options, int least, int most) =>
        most - least > options.AffinityLoadGap && most > options.AffinityLoadRatio * least;

    private static bool IsBetterHolder(WorkerView challenger, WorkerView holder) =>
        challenger.InFlight == holder.InFlight && challenger.ResidentBlocks != holder.ResidentBlocks
            ? challenger.ResidentBlocks < holder.ResidentBlocks
            : PlacementContext.BreaksTie(challenger, holder);
}
