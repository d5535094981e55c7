using Preble.Core.KvCache;

namespace Preble.Core.Batching.Queueing;

/// <summary>
/// Checks what the queue believes of each waiting sequence against the cache and the running ones, by asking them all again. Slow and
/// simple on purpose: it shares no code with what it checks.
/// </summary>
internal static class QueueAudit
{
    public static void Check(BlockPool pool, RunningQueue running, IEnumerable<Sequence> waiting, int waitingCount, int parkedCount)
    {
        var (count, parked) = (0, 0);
        foreach (var sequence in waiting)
        {
            CheckPlace(pool, running, sequence);
            count++;
            parked += sequence.Place.IsParked ? 1 : 0;
        }

        Invariant.Require(count == waitingCount, $"the queue counts those who wait; it has {waitingCount}, they are {count}");
        Invariant.Require(parked == parkedCount, $"the queue counts those who are parked; it has {parkedCount}, they are {parked}");
    }

    private static void CheckPlace(BlockPool pool, RunningQueue running, Sequence sequence)
    {
        var (hashes, matched) = (sequence.Hashes, 0);
        while ((matched + 1) * hashes.BlockSize < sequence.KnownCount && pool.Find(hashes[matched]) is not null)
        {
            matched++;
        }

        var follows = (matched + 1) * hashes.BlockSize < sequence.KnownCount && SomebodyWillCompute(running, matched, hashes[matched]);
        Invariant.Require(
            sequence.Place.IsParked == follows,
            $"{sequence.Id} is parked exactly when a running sequence will compute its block {matched}; it is {(follows ? "not" : "parked")}");
        Invariant.Require(
            follows || sequence.Place.MatchedBlocks == matched,
            $"{sequence.Id} knows what it could share; it says {sequence.Place.MatchedBlocks} blocks, they are {matched}");
    }

    private static bool SomebodyWillCompute(RunningQueue running, int block, BlockHash hash)
    {
        for (var i = 0; i < running.Count; i++)
        {
            var sequence = running[i];
            if (block >= sequence.Table.RegisteredCount && block < sequence.Hashes.Count && sequence.Hashes[block] == hash)
            {
                return true;
            }
        }

        return false;
    }
}
