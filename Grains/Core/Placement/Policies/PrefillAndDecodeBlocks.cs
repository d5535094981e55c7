using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Policies;

/// <summary>
/// NVIDIA Dynamo's cost in blocks, the lowest wins (temperature 0): scale · max(prefill pending there + the prompt − what of it is cached, 0)
/// + the blocks that would be in use there with the request, each counted once. Blocks on the device have full credit, those that the host
/// tier has beyond them a part.
/// </summary>
public sealed class PrefillAndDecodeBlocks : IPlacementPolicy
{
    public PlacementMeasure Measure => PlacementMeasure.Blocks;

    public PlacementDecision Choose(PlacementContext context)
    {
        var (best, lowest, bestOverlap) = (context.Candidates[0], double.MaxValue, 0);
        foreach (var worker in context.Candidates)
        {
            var overlap = context.OverlapBlocks(worker);
            var cost = Cost(context, worker, overlap);
            context.Scores.Add(new WorkerScore(worker, overlap, double.NaN, double.NaN, double.NaN, cost, double.NaN));
            if (cost < lowest || (cost == lowest && PlacementContext.BreaksTie(worker, best)))
            {
                (best, lowest, bestOverlap) = (worker, cost, overlap);
            }
        }

        return new PlacementDecision(best, bestOverlap > 0 ? PlacementReason.Exploit : PlacementReason.Explore, 0);
    }

    private static double Cost(PlacementContext context, WorkerView worker, int overlapBlocks)
    {
        var (query, options) = (context.Query, context.Options);
        var credit = overlapBlocks + (options.HostBlockCredit * (context.TieredBlocks(worker) - overlapBlocks));
        var prefill = ((worker.PendingPrefillTokens + query.PromptTokens) / (double)context.BlockSize) - credit;
        var fresh = query.Blocks.Length - context.Match.InUseBlocks(worker.Cache.Slot);
        return (options.PrefillBlockWeight * Math.Max(prefill, 0)) + worker.InUseBlocks + fresh;
    }
}
