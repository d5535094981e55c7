using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Policies;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Costs;

/// <summary>
/// M: the work that would be lost by evicting to make room, Σ PT(len_j) · N_j over the least recently used prefixes that would have to go,
/// where N_j is the share of the worker's requests within H that used prefix j (§3.2, Algorithm 2). Nothing is lost while the request fits
/// into free blocks; what is in flight, and the prefix the request itself would use, is not evicted.
/// </summary>
public static class EvictionCost
{
    public static double Seconds(PlacementContext context, WorkerView worker)
    {
        var needed = context.NeededBlocks(worker) - worker.FreeBlocks;
        if (needed <= 0 || worker.WindowRequests == 0)
        {
            return 0;
        }

        // Of other shards' prefixes only the number is known: they go in proportion, and each block is worth what one of ours is.
        var own = (int)Math.Ceiling(needed * (double)worker.Cache.ResidentBlocks / Math.Max(1, worker.ResidentBlocks));
        return own == 0 ? 0 : Forecast(context, worker, own) / worker.WindowRequestsOfAll * needed / own;
    }

    /// <summary>
    /// Looks at a bounded number of prefixes; what they leave uncovered is taken to cost as much a block as what they cover.
    /// </summary>
    private static double Forecast(PlacementContext context, WorkerView worker, int needed)
    {
        var (seconds, covered) = (0.0, 0);
        var holding = worker.Cache.Evictable.Oldest;
        for (var looked = 0; holding is not null && covered < needed && looked < Limits.EvictionForecastNodes; looked++)
        {
            if (!context.Match.Contains(holding.Node))
            {
                var blocks = Math.Min(holding.Held, needed - covered);
                seconds += holding.Requests * Prefill(context, worker, holding, blocks);
                covered += blocks;
            }

            holding = holding.Newer;
        }

        return holding is not null && covered > 0 ? seconds * needed / covered : seconds;
    }

    /// <summary>A prefix loses its end first.</summary>
    private static double Prefill(PlacementContext context, WorkerView worker, Holding holding, int blocks)
    {
        var kept = holding.Node.Depth + holding.Held - blocks;
        return worker.Prefill.Seconds(blocks * context.BlockSize, kept * context.BlockSize);
    }
}
