using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Policies;

namespace Preble.Core.Placement.Costs;

/// <summary>
/// cost = L + M + P of a request on a worker, in seconds of the worker's time, each with its weight (§3.2, Algorithm 2). Smaller is better.
/// </summary>
public static class PlacementCost
{
    public static double Seconds(PlacementContext context, WorkerView worker)
    {
        var options = context.Options;
        return (options.LoadWeight * LoadSeconds(worker))
            + (options.EvictionWeight * EvictionCost.Seconds(context, worker))
            + (options.PrefillWeight * PrefillSeconds(context, worker));
    }

    /// <summary>L: what the worker was given within H.</summary>
    public static double LoadSeconds(WorkerView worker) => worker.Load.TotalSeconds;

    /// <summary>P: the request's own missed tokens; its decode costs the same everywhere and is left out.</summary>
    public static double PrefillSeconds(PlacementContext context, WorkerView worker) => Prefill(context, worker).TotalSeconds;

    /// <summary>The work that the worker's cache saves this request: all of its prefill less the missed part.</summary>
    public static TimeSpan SavedPrefill(PlacementContext context, WorkerView worker) =>
        worker.Prefill.Time(context.Query.PromptTokens, 0) - Prefill(context, worker);

    /// <summary>What placing the request adds to the worker's L: PT(missed) + DT(expected output).</summary>
    public static TimeSpan Work(PlacementContext context, WorkerView worker) =>
        Prefill(context, worker) + worker.Decode.Time(context.ExpectedOutputTokens(worker));

    /// <summary>The same for a further choice of the request, which finds the prompt's whole blocks computed.</summary>
    public static TimeSpan SiblingWork(PlacementContext context, WorkerView worker)
    {
        var hit = (context.Query.PromptTokens - 1) / context.BlockSize * context.BlockSize;
        return worker.Prefill.Time(context.Query.PromptTokens - hit, hit) + worker.Decode.Time(context.ExpectedOutputTokens(worker));
    }

    private static TimeSpan Prefill(PlacementContext context, WorkerView worker) =>
        worker.Prefill.Time(context.MissedTokens(worker), context.HitTokens(worker));
}
