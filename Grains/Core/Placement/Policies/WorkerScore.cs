using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Policies;

/// <summary>
/// What a policy thought of one worker. Costs are weighed seconds; NaN for one that was not worked out, because the worker could not win
/// without it. Policies without costs give their own score as the total.
/// </summary>
public readonly record struct WorkerScore(
    WorkerView Worker, int OverlapBlocks, double LoadSeconds, double EvictionSeconds, double PrefillSeconds, double Total);
