using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Policies;

/// <summary>
/// What a policy thought of one worker. Costs are weighed seconds; NaN for one that was not worked out, because the worker could not win
/// even without it. Policies without costs give their own score as the total, in the unit of <see cref="IPlacementPolicy.Measure"/>.
/// </summary>
public readonly record struct WorkerScore(
    WorkerView Worker, int OverlapBlocks, double LoadSeconds, double EvictionSeconds, double PrefillSeconds, double Total, double WaitSeconds = 0)
{
    /// <summary>The score of a policy that knows no seconds; NaN as the total for a worker that it did not weigh.</summary>
    public static WorkerScore Of(PlacementContext context, WorkerView worker, double total) =>
        new(worker, context.OverlapBlocks(worker), double.NaN, double.NaN, double.NaN, total, double.NaN);
}
