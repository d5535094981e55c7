using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Policies;

namespace Preble.Core.Placement.Admission;

/// <summary>Which workers may take a request at all, and the refusal when none may.</summary>
public static class CandidateRules
{
    private const double ShortestRetrySeconds = 1;

    /// <summary>Fills the context's candidates; returns why there are none.</summary>
    public static Rejection? FindCandidates(PlacementContext context, FleetView fleet)
    {
        var candidates = context.Candidates;
        var (willing, longest, retrySeconds) = (0, 0, double.MaxValue);
        foreach (var worker in fleet.Living)
        {
            if (worker.Draining || IsExcluded(context.Query, worker))
            {
                continue;
            }

            (willing, longest) = (willing + 1, Math.Max(longest, worker.CapacityTokens));
            if (context.Query.PromptTokens >= worker.CapacityTokens)
            {
                continue;
            }

            if (worker.Occupancy < context.Options.RequestsPerWorker)
            {
                candidates.Add(worker);
            }
            else
            {
                retrySeconds = Math.Min(retrySeconds, DrainSeconds(worker));
            }
        }

        return candidates.Count > 0 ? null
            : willing == 0 ? NoWorker(context, fleet)
            : context.Query.PromptTokens >= longest ? TooLong(context, longest)
            : QueueFull(context, retrySeconds);
    }

    private static bool IsExcluded(PlacementQuery query, WorkerView worker) =>
        query.Excluded.Length > 0 && query.Excluded.AsSpan().Contains(worker.Id);

    private static Rejection TooLong(PlacementContext context, int longest)
    {
        var message = $"The prompt has {context.Query.PromptTokens} tokens; with at least one token of output, {longest} fit.";
        return new Rejection(RejectionReason.PromptTooLong, message);
    }

    /// <summary>What a refused client is told to wait, in whole seconds, when what it lacks is there in so many.</summary>
    public static double RetrySeconds(double seconds) => Math.Clamp(Math.Ceiling(seconds), ShortestRetrySeconds, Limits.RetrySeconds);

    /// <summary>Time until some worker has room again.</summary>
    public static double RoomSeconds(FleetView fleet)
    {
        double seconds = Limits.RetrySeconds;
        foreach (var worker in fleet.Slots)
        {
            seconds = worker is { Draining: false } ? Math.Min(seconds, DrainSeconds(worker)) : seconds;
        }

        return seconds;
    }

    private static Rejection NoWorker(PlacementContext context, FleetView fleet)
    {
        var excluded = context.Query.Excluded.Length;
        var message = $"No worker can take the request: {fleet.Count} known, {excluded} of them excluded by the request.";
        return new Rejection(RejectionReason.NoWorker, message, context.Options.NoWorkerRetry.TotalSeconds);
    }

    private static Rejection QueueFull(PlacementContext context, double retrySeconds)
    {
        var message = $"Every worker has {context.Options.RequestsPerWorker} requests waiting or running.";
        return new Rejection(RejectionReason.QueueFull, message, retrySeconds);
    }

    /// <summary>Time until a worker has room again: about what one of its requests takes, for then one has ended.</summary>
    private static double DrainSeconds(WorkerView worker)
    {
        var seconds = worker.BookedByAll.TotalSeconds / Math.Max(1, worker.InFlight);
        return RetrySeconds(seconds);
    }
}
