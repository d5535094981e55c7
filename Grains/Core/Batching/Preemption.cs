using Preble.Core.KvCache;

namespace Preble.Core.Batching;

/// <summary>
/// Takes the blocks back from the youngest running sequence, so that an older one gets on. What it has computed stays cached while nobody
/// needs the memory, so that resuming it costs little when it was preempted for a moment only.
/// </summary>
public sealed class Preemption(KvCacheManager cache, RunningQueue running, WaitingQueue waiting)
{
    public long Total { get; private set; }

    /// <summary>
    /// Preempts the youngest running sequence, but never one that is as old as <paramref name="beneficiary"/> or older; false when there
    /// is none.
    /// </summary>
    public bool MakeRoomFor(Sequence beneficiary)
    {
        var victim = running.Youngest;
        if (victim.Arrival <= beneficiary.Arrival)
        {
            return false;
        }

        running.Remove(victim);
        cache.Release(victim.Table);
        victim.Preempt();
        waiting.Add(victim);
        Total++;
        return true;
    }
}
