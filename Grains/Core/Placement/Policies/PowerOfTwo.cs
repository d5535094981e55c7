namespace Preble.Core.Placement.Policies;

/// <summary>
/// Two different workers are drawn, and the one with fewer requests in flight wins: nearly as even as the least loaded of all, and without
/// the herd that follows stale numbers (Mitzenmacher 2001).
/// </summary>
public sealed class PowerOfTwo : IPlacementPolicy
{
    private PlacementRandom _random;

    public PlacementMeasure Measure => PlacementMeasure.Requests;

    public PlacementDecision Choose(PlacementContext context)
    {
        var (candidates, seed) = (context.Candidates, context.Options.Seed);
        var first = _random.Below(candidates.Count, seed);
        var second = candidates.Count == 1 ? first : _random.Below(candidates.Count - 1, seed);
        second += second >= first && candidates.Count > 1 ? 1 : 0;
        for (var index = 0; index < candidates.Count; index++)
        {
            var total = index == first || index == second ? candidates[index].InFlight : double.NaN;
            context.Scores.Add(WorkerScore.Of(context, candidates[index], total));
        }

        var (one, other) = (candidates[first], candidates[second]);
        return new PlacementDecision(PlacementContext.BreaksTie(other, one) ? other : one, PlacementReason.Policy, 0);
    }
}
