using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Policies;

/// <summary>
/// Each worker in turn, by id, prefixes and load ignored: the baseline of the paper's evaluation (§4.2). Workers may join and leave.
/// </summary>
public sealed class RoundRobin : IPlacementPolicy
{
    private string _last = "";

    public PlacementMeasure Measure => PlacementMeasure.None;

    public PlacementDecision Choose(PlacementContext context)
    {
        WorkerView? next = null;
        var first = context.Candidates[0];
        foreach (var worker in context.Candidates)
        {
            context.Scores.Add(WorkerScore.Of(context, worker, double.NaN));
            first = IsBefore(worker.Id.Value, first.Id.Value) ? worker : first;
            if (IsBefore(_last, worker.Id.Value) && (next is null || IsBefore(worker.Id.Value, next.Id.Value)))
            {
                next = worker;
            }
        }

        next ??= first;
        _last = next.Id.Value;
        return new PlacementDecision(next, PlacementReason.Policy, 0);
    }

    private static bool IsBefore(string left, string right) => string.CompareOrdinal(left, right) < 0;
}
