using Preble.Core.KvCache;

namespace Preble.Core.Batching;

/// <summary>
/// Decides what one step computes: running sequences first, oldest first, then waiting ones, until the token budget or the blocks end.
/// A long prefill is cut into chunks by the budget; each running sequence gets at least one token a step, so decodes are never held up by
/// it.
/// </summary>
public sealed class StepPlanner(WorkerCoreOptions options, KvCacheManager cache, RunningQueue running, WaitingQueue waiting)
{
    private readonly TokenBudget _budget = new(options.StepTokens);
    private readonly WaitingAdmission _admission = new(options, waiting, running, new SequenceAdmission(options, cache, running));
    private readonly Preemption _preemption = new(cache, running, waiting);

    public long PreemptionsTotal => _preemption.Total;

    /// <summary>Fills the plan. Sequences admitted for the first time are added to <paramref name="admitted"/>.</summary>
    public void Plan(StepPlan plan, List<Sequence> admitted, TimeSpan now)
    {
        plan.Clear();
        _budget.Reset();
        PlanRunning(plan);
        AdmitWaiting(plan, admitted, now);
    }

    private void PlanRunning(StepPlan plan)
    {
        for (var i = 0; i < running.Count; i++)
        {
            var sequence = running[i];
            var younger = running.Count - i - 1;
            PlanChunk(plan, sequence, Math.Min(sequence.UncomputedCount, _budget.Left - younger));
        }
    }

    /// <summary>
    /// Plans as much of the chunk as there are slots for. When there is not even one, younger sequences are preempted; when there are none,
    /// the sequence keeps its blocks and misses this step. The oldest never misses one, and alone it fits the pool: so all get done.
    /// </summary>
    private void PlanChunk(StepPlan plan, Sequence sequence, int wanted)
    {
        var start = sequence.ComputedCount;
        var slots = cache.Grow(sequence.Table, start + wanted);
        while (slots <= start && _preemption.MakeRoomFor(sequence))
        {
            slots = cache.Grow(sequence.Table, start + wanted);
        }

        var count = Math.Min(wanted, slots - start);
        if (count > 0)
        {
            _budget.Spend(count);
            plan.Add(new ScheduledChunk(sequence, start, count, Samples: start + count == sequence.KnownCount));
        }
    }

    private void AdmitWaiting(StepPlan plan, List<Sequence> admitted, TimeSpan now)
    {
        _admission.Begin();
        while (_budget.Left > 0 && _admission.AdmitNext(admitted, now) is { } sequence)
        {
            PlanChunk(plan, sequence, Math.Min(sequence.UncomputedCount, _budget.Left));
        }
    }
}
