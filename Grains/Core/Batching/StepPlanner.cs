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
        var index = 0;
        while (index < waiting.Count && index < Limits.DeferredAdmissions && _budget.Left > 0 && running.Count < options.RunningSequences)
        {
            var sequence = waiting[index];
            var shareable = (sequence.KnownCount - 1) / options.BlockSize;
            var matched = cache.Match(sequence.Hashes, shareable);
            if (matched < shareable && running.WillCompute(matched, sequence.Hashes[matched]))
            {
                // A running sequence is about to compute the next block: sharing it then beats computing it twice now. Others may go first.
                index++;
                continue;
            }

            // The watermark is for the growth of those who run; a sequence alone may have everything.
            var watermark = running.Count == 0 ? 0 : options.WatermarkBlocks;
            if (cache.FreeAfter(sequence.Hashes, matched, sequence.KnownCount) < watermark)
            {
                return;
            }

            waiting.RemoveAt(index);
            Admit(sequence, matched, admitted, now);
            PlanChunk(plan, sequence, Math.Min(sequence.UncomputedCount, _budget.Left));
        }
    }

    private void Admit(Sequence sequence, int matched, List<Sequence> admitted, TimeSpan now)
    {
        cache.Share(sequence.Table, sequence.Hashes, matched);
        running.Add(sequence);
        if (sequence.Admit(matched * options.BlockSize, now))
        {
            admitted.Add(sequence);
        }
    }
}
