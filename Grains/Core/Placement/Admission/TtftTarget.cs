using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Policies;

namespace Preble.Core.Placement.Admission;

/// <summary>
/// Admission by the time to the first token that a client asked for. What is expected on a worker is its pending prefill, with the decodes
/// that share its steps, and the request's own missed prefill; the order of the worker's queue is not foreseen.
/// </summary>
public static class TtftTarget
{
    /// <summary>
    /// The seconds that are left for the first token; 0 for no matter when. One that a worker has failed already is past asking: it goes on.
    /// </summary>
    public static double Left(PlacementQuery query, double prior, TimeSpan waited)
    {
        var target = query.TtftTargetSeconds > 0 ? query.TtftTargetSeconds : prior;
        return target > 0 && query.Excluded.IsEmpty ? Math.Max(double.Epsilon, target - waited.TotalSeconds) : 0;
    }

    /// <summary>
    /// Keeps the candidates that are expected to be in time. When none is, all stay and the answer is how late the soonest would be; else 0.
    /// </summary>
    public static double Narrow(PlacementContext context, double target)
    {
        var soonest = double.MaxValue;
        var candidates = context.Candidates;
        foreach (var worker in candidates)
        {
            soonest = Math.Min(soonest, Expected(context, worker));
        }

        if (soonest > target)
        {
            return soonest - target;
        }

        for (var index = candidates.Count - 1; index >= 0; index--)
        {
            if (Expected(context, candidates[index]) > target)
            {
                candidates.RemoveAt(index);
            }
        }

        return 0;
    }

    /// <summary>Says so, and when the backlog will have shrunk by as much as the request would be late.</summary>
    public static Rejection Unreachable(double target, double lateSeconds)
    {
        var message = FormattableString.Invariant(
            $"The first token would come after {target + lateSeconds:0.###} s at the soonest; {target:0.###} s are left of what was asked for.");
        return new Rejection(
            RejectionReason.TargetUnreachable, message, CandidateRules.RetrySeconds(lateSeconds));
    }

    private static double Expected(PlacementContext context, WorkerView worker)
    {
        var hit = context.HitTokens(worker);
        return worker.WaitSeconds + worker.Prefill.FirstTokenSeconds(context.Query.PromptTokens - hit, hit, worker.StepSeconds);
    }
}
