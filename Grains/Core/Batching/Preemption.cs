using Preble.Core.KvCache;

namespace Preble.Core.Batching;

/// <summary>
/// Takes the blocks back from the last running sequence, so that one before it gets on. What it has computed stays cached while nobody
/// needs the memory, so that resuming it costs little when it was preempted for a moment only.
/// </summary>
public sealed class Preemption(KvCacheManager cache, RunningQueue running, WaitingQueue waiting)
{
    public long Total { get; private set; }

    /// <summary>
    /// Preempts the last running sequence: of those with the highest priority value the youngest. Never the <paramref name="beneficiary"/>
    /// or one before it; false when there is no other.
    /// </summary>
    public bool MakeRoomFor(Sequence beneficiary)
    {
        var victim = running.Last;
        if (!RunningQueue.IsBefore(beneficiary, victim) || victim.InTransfer)
        {
            // Alone, and still without a block: then it is pins that stand in the way.
            return running.Count == 1 && cache.Pins.DropOldest();
        }

        running.Remove(victim);
        cache.Release(victim.Table, victim.Hashes, victim.KnownTokens, victim.ComputedCount);
        victim.Preempt();
        waiting.Add(victim);
        Total++;
        return true;
    }
}
