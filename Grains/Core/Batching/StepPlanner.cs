using Preble.Core.Batching.Costs;
using Preble.Core.Batching.Speculation;
using Preble.Core.KvCache;

namespace Preble.Core.Batching;

/// <summary>
/// Decides what one step computes: running sequences first, oldest first, then waiting ones, until the token budget or the blocks end.
/// Each decode gets its token; what the budget leaves goes to the prefills, the oldest first, so that a long one is cut into chunks and never
/// holds up decodes by more than the target. Guessed tokens come last.
/// </summary>
public sealed class StepPlanner(
    WorkerCoreOptions options, WorkerCosts costs, KvCacheManager cache, RunningQueue running, WaitingQueue waiting, PendingTransfers transfers)
{
    private readonly TokenBudget _budget = new(options, costs.Model);
    private readonly WaitingAdmission _admission = new(
        options, waiting, running, new SequenceAdmission(options, cache, running, transfers, options.ForecastGrowth ? costs.Forecast : null));
    private readonly DraftPlanner _drafts = new(options);
    private readonly Preemption _preemption = new(cache, running, waiting);

    public long PreemptionsTotal => _preemption.Total;

    /// <summary>Fills the plan. Sequences admitted for the first time are added to <paramref name="admitted"/>.</summary>
    public void Plan(StepPlan plan, List<Sequence> admitted, TimeSpan now)
    {
        plan.Clear();
        _budget.Reset(Decodes());
        PlanRunning(plan);
        AdmitWaiting(plan, admitted, now);
        _drafts.Plan(plan, _budget);
    }

    /// <summary>What the running sequences that have one token to compute come to.</summary>
    private StepLoad Decodes()
    {
        var load = default(StepLoad);
        for (var i = 0; i < running.Count; i++)
        {
            load = running[i].UncomputedCount == 1 ? load.Plus(1, running[i].ComputedCount) : load;
        }

        return load;
    }

    private void PlanRunning(StepPlan plan)
    {
        for (var i = 0; i < running.Count; i++)
        {
            PlanChunk(plan, running[i], decode: running[i].UncomputedCount == 1);
        }
    }

    /// <summary>
    /// Plans as much of the chunk as there are slots for. When there is not even one, younger sequences are preempted; when there are none,
    /// the sequence keeps its blocks and misses this step. The oldest never misses one, and alone it fits the pool: so all get done.
    /// </summary>
    private void PlanChunk(StepPlan plan, Sequence sequence, bool decode)
    {
        var start = sequence.ComputedCount;
        var wanted = decode ? 1 : Math.Min(sequence.UncomputedCount, _budget.PrefillTokens(start));
        if (wanted <= 0)
        {
            // Older prefills have taken what there was for this step.
            return;
        }

        var slots = cache.Grow(sequence.Table, start + wanted);
        while (slots <= start && _preemption.MakeRoomFor(sequence))
        {
            costs.Forecast.Preempted();
            slots = cache.Grow(sequence.Table, start + wanted);
        }

        var count = Math.Min(wanted, slots - start);
        if (count > 0)
        {
            Spend(count, start, decode);
            plan.Add(new ScheduledChunk(sequence, start, count, Samples: start + count == sequence.KnownCount));
        }
    }

    private void Spend(int tokens, int context, bool decode)
    {
        if (decode)
        {
            _budget.SpendDecode();
        }
        else
        {
            _budget.SpendPrefill(tokens, context);
        }
    }

    private void AdmitWaiting(StepPlan plan, List<Sequence> admitted, TimeSpan now)
    {
        _admission.Begin(now);
        while (_budget.PrefillTokens(context: 0) > 0 && _admission.AdmitNext(admitted, now) is { } sequence)
        {
            if (sequence.PendingLoads == 0)
            {
                PlanChunk(plan, sequence, decode: false);
            }
        }
    }
}
