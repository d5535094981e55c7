using Preble.Core.Batching.Costs;
using Preble.Core.KvCache;

namespace Preble.Core.Batching;

/// <summary>Gives one waiting sequence its blocks and makes it a running one, if there is room for it.</summary>
public sealed class SequenceAdmission(
    WorkerCoreOptions options, KvCacheManager cache, RunningQueue running, PendingTransfers transfers, BlockForecast? forecast = null)
{
    /// <summary>What can be found cached at most: the last known token is always computed, for the next one is sampled from it.</summary>
    public int ShareableBlocks(Sequence sequence) => (sequence.KnownCount - 1) / options.BlockSize;

    /// <summary>What the sequence could share now.</summary>
    public PrefixMatch Match(Sequence sequence)
    {
        var limit = ShareableBlocks(sequence);

        // The waiting queue follows what is cached of those whose turn may come.
        var full = cache.Match(sequence.Hashes, limit, sequence.Place.MatchedBlocks);
        var host = cache.MatchHost(sequence.Hashes, full, limit);
        return host > 0 ? new PrefixMatch(full, host) : WithPart(sequence, full);
    }

    /// <summary>
    /// True when a running sequence is about to compute more of the block after the match than can be shared now. Whole blocks are the waiting
    /// queue's to wait for.
    /// </summary>
    public bool WillComputePart(Sequence sequence, in PrefixMatch match)
    {
        var most = PartialSharing.WillCompute(running, sequence, match.Blocks, options.BlockSize);
        return match.HostBlocks == 0 && most - match.PartialTokens >= Limits.PartialTokensWorthWaiting;
    }

    /// <summary>True when the blocks suffice for all that the sequence knows, beside what those who run will need.</summary>
    public bool HasRoomFor(Sequence sequence, in PrefixMatch match)
    {
        // The watermark and the forecast are for the growth of those who run; a sequence alone may have everything.
        var watermark = running.Count == 0 ? 0 : options.WatermarkBlocks + (forecast?.Blocks(running, sequence) ?? 0);
        while (!cache.LeavesFree(sequence.Hashes, match.FullBlocks, sequence.KnownCount, watermark))
        {
            // A pin is a wish, and a request that alone has no room is none: the oldest pins go. What they held stays cached until it is taken.
            if (running.Count > 0 || !cache.Pins.DropOldest())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Moves the sequence to the running ones with its cached blocks; true the first time, false when it resumes after a preemption. Blocks
    /// of the host tier, and a part of a block, come with the plan's transfers.
    /// </summary>
    public bool Admit(Sequence sequence, in PrefixMatch match, TimeSpan now)
    {
        // A part costs a block of room for as long as the plan lasts: its source. When that is all there is, the part is computed.
        var part = match.PartialTokens > 0 && cache.CanCopy(match, sequence.Hashes, sequence.KnownCount) ? match.PartialTokens : 0;
        cache.Share(sequence.Table, sequence.Hashes, match.FullBlocks);
        if (part > 0)
        {
            cache.Copy(sequence.Table, match.PartialSource, part);
        }

        cache.Load(sequence.Table, sequence.Hashes, match.HostBlocks);
        running.Add(sequence);
        var first = sequence.Admit((match.Blocks * options.BlockSize) + part, now);
        if (part > 0 || match.HostBlocks > 0)
        {
            transfers.Add(sequence, match.HostBlocks);
        }

        return first;
    }

    private PrefixMatch WithPart(Sequence sequence, int full)
    {
        var wanted = PartialSharing.Wanted(sequence, full, options.BlockSize);
        if (wanted.IsEmpty)
        {
            return new PrefixMatch(full);
        }

        var (source, tokens) = cache.FindPart(sequence.Hashes.ChainBefore(full), wanted);
        PartialSharing.Find(running, sequence, full, options.BlockSize, ref source, ref tokens);
        return new PrefixMatch(full, 0, tokens, source);
    }
}
