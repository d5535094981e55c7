using Preble.Core.Batching.Costs;
using Preble.Core.KvCache;

namespace Preble.Core.Batching;

/// <summary>Gives one waiting sequence its blocks and makes it a running one, if there is room for it.</summary>
public sealed class SequenceAdmission(WorkerCoreOptions options, KvCacheManager cache, RunningQueue running, BlockForecast? forecast = null)
{
    /// <summary>What can be found cached at most: the last known token is always computed, for the next one is sampled from it.</summary>
    public int ShareableBlocks(Sequence sequence) => (sequence.KnownCount - 1) / options.BlockSize;

    /// <summary>Leading blocks that the sequence could share now.</summary>
    public int Match(Sequence sequence) => cache.Match(sequence.Hashes, ShareableBlocks(sequence));

    /// <summary>True when the blocks suffice for all that the sequence knows, beside what those who run will need.</summary>
    public bool HasRoomFor(Sequence sequence, int matched)
    {
        // The watermark and the forecast are for the growth of those who run; a sequence alone may have everything.
        var watermark = running.Count == 0 ? 0 : options.WatermarkBlocks + (forecast?.Blocks(running, sequence) ?? 0);
        return cache.FreeAfter(sequence.Hashes, matched, sequence.KnownCount) >= watermark;
    }

    /// <summary>Moves the sequence to the running ones with its cached blocks; true the first time, false when it resumes after a preemption.</summary>
    public bool Admit(Sequence sequence, int matched, TimeSpan now)
    {
        cache.Share(sequence.Table, sequence.Hashes, matched);
        running.Add(sequence);
        return sequence.Admit(matched * options.BlockSize, now);
    }
}
