namespace Preble.Core.Placement.Policies;

/// <summary>The worker with the fewest requests in flight, prefixes ignored: the baseline called least outstanding requests.</summary>
public sealed class LeastLoaded : IPlacementPolicy
{
    public PlacementMeasure Measure => PlacementMeasure.Requests;

    public PlacementDecision Choose(PlacementContext context)
    {
        var best = context.Candidates[0];
        foreach (var worker in context.Candidates)
        {
            context.Scores.Add(WorkerScore.Of(context, worker, worker.InFlight));
            best = PlacementContext.BreaksTie(worker, best) ? worker : best;
        }

        return new PlacementDecision(best, PlacementReason.Policy, 0);
    }
}
