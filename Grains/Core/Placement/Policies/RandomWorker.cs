namespace Preble.Core.Placement.Policies;

/// <summary>Any worker, each as likely as the other: the baseline that needs to know nothing.</summary>
public sealed class RandomWorker : IPlacementPolicy
{
    private PlacementRandom _random;

    public PlacementMeasure Measure => PlacementMeasure.None;

    public PlacementDecision Choose(PlacementContext context)
    {
        foreach (var worker in context.Candidates)
        {
            context.Scores.Add(WorkerScore.Of(context, worker, double.NaN));
        }

        var drawn = context.Candidates[_random.Below(context.Candidates.Count, context.Options.Seed)];
        return new PlacementDecision(drawn, PlacementReason.Policy, 0);
    }
}
