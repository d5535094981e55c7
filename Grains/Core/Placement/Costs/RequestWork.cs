using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Policies;

namespace Preble.Core.Placement.Costs;

/// <summary>What placing a request adds to a worker's L: PT(missed) + DT(expected output), of the worker's own costs (§3.2, Algorithm 2).</summary>
public static class RequestWork
{
    public static TimeSpan Of(PlacementContext context, WorkerView worker) =>
        worker.Prefill.Time(context.MissedTokens(worker), context.HitTokens(worker)) + Decode(context, worker);

    /// <summary>The same for a further choice of the request, which finds the prompt's whole blocks computed.</summary>
    public static TimeSpan OfSibling(PlacementContext context, WorkerView worker)
    {
        var hit = (context.Query.PromptTokens - 1) / context.BlockSize * context.BlockSize;
        return worker.Prefill.Time(context.Query.PromptTokens - hit, hit) + Decode(context, worker);
    }

    /// <summary>The same once the true numbers are known.</summary>
    public static TimeSpan Of(WorkerView worker, int promptTokens, int cachedTokens, int outputTokens) =>
        worker.Prefill.Time(promptTokens - cachedTokens, cachedTokens)
        + worker.Decode.Time(outputTokens, (int)Math.Min(int.MaxValue, promptTokens + (outputTokens / 2L)), worker.InFlight);

    private static TimeSpan Decode(PlacementContext context, WorkerView worker)
    {
        var output = context.ExpectedOutputTokens(worker);
        return worker.Decode.Time(output, context.Query.PromptTokens + (output / 2), worker.InFlight + 1);
    }
}
