using Preble.Core.Placement.Sharding;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Fleet;

/// <summary>What became of a batch of cache changes.</summary>
public enum FeedAnswer
{
    Applied,

    /// <summary>A batch was missed: nothing more is taken in before a snapshot.</summary>
    SnapshotNeeded,

    /// <summary>The changes are of another life of the worker.</summary>
    UnknownEpoch,
}

/// <summary>
/// The prefix tree fed by numbered worker events (§2.10 done so that it cannot drift): batches may come twice, late or not at all. What was
/// taken in already is skipped, and a gap asks for a snapshot.
/// </summary>
public sealed class PrefixIndex
{
    /// <summary>Blocks that are stored in one go.</summary>
    private const int LongestRun = 256;

    private readonly BlockHash[] _run = new BlockHash[LongestRun];

    private readonly OwnChains _chains;

    /// <param name="shard">Whose prompts are taken in; all of them by default.</param>
    public PrefixIndex(Shard shard = default)
    {
        Tiers = new TierIndex(Tree);
        _chains = new OwnChains(shard, Tree, Tiers.Tree);
    }

    public RadixTree Tree { get; } = new();

    /// <summary>The workers that have a host tier, and what they have there.</summary>
    public TierIndex Tiers { get; }

    /// <summary>Takes in the part of a batch that is new.</summary>
    public FeedAnswer Apply(WorkerView worker, KvCacheChanges changes)
    {
        var feed = worker.Feed;
        if (changes.Epoch != feed.Epoch)
        {
            return FeedAnswer.UnknownEpoch;
        }

        // A batch that begins before the gap, or at it, is the replay that closes it. Numbers begin at 1: another is a fault of the sender's.
        feed.Broken = changes.FirstNumber < 1 || changes.FirstNumber > feed.NextNumber;
        if (feed.Broken || feed.Distrusted)
        {
            return FeedAnswer.SnapshotNeeded;
        }

        var known = feed.NextNumber - changes.FirstNumber;
        var rest = changes.Changes.AsSpan()[(int)Math.Min(known, changes.Changes.Length)..];
        while (!rest.IsEmpty)
        {
            var count = _chains.CountForeign(rest);
            count = count > 0 ? count : ApplyOwn(worker, rest);
            feed.NextNumber += count;
            rest = rest[count..];
        }

        return FeedAnswer.Applied;
    }

    /// <summary>
    /// Replaces what is believed of a worker. A snapshot older than what was taken in since is ignored, unless there was a gap.
    /// </summary>
    public FeedAnswer Restore(WorkerView worker, KvCacheSnapshot snapshot)
    {
        var feed = worker.Feed;
        if (snapshot.Epoch != feed.Epoch)
        {
            return FeedAnswer.UnknownEpoch;
        }

        if (snapshot.NextNumber < feed.NextNumber)
        {
            return feed.Broken || feed.Distrusted ? FeedAnswer.SnapshotNeeded : FeedAnswer.Applied;
        }

        var own = _chains.Of(snapshot);
        Tree.Clear(worker.Cache);
        foreach (var block in own.Blocks)
        {
            Tree.Store(worker.Cache, block.Hash, block.Parent);
        }

        Tiers.Restore(worker, own.HostBlocks.IsDefault ? [] : own.HostBlocks.AsSpan());
        (feed.NextNumber, feed.Broken, feed.Distrusted) = (snapshot.NextNumber, false, false);
        return FeedAnswer.Applied;
    }

    private int ApplyOwn(WorkerView worker, ReadOnlySpan<KvCacheChange> changes)
    {
        var count = Apply(worker, changes);
        foreach (var change in worker.Tier is null && changes[0].Kind == KvCacheChangeKind.Stored ? default : changes[..count])
        {
            Tiers.Apply(worker, change);
        }

        return count;
    }

    /// <summary>Takes in the first of the changes, or as many as one call of the tree does. Returns how many.</summary>
    private int Apply(WorkerView worker, ReadOnlySpan<KvCacheChange> changes)
    {
        switch (changes[0].Kind)
        {
            case KvCacheChangeKind.Stored:
                return StoreRun(worker.Cache, changes);
            case KvCacheChangeKind.Removed:
                Tree.Remove(worker.Cache, changes[0].Hash);
                break;
            case KvCacheChangeKind.Cleared:
                Tree.Clear(worker.Cache);
                break;
            case KvCacheChangeKind.HostStored or KvCacheChangeKind.HostRemoved:
                // The device's part is not touched; see TierIndex.
                break;
            default:
                // A newer worker may know kinds that we do not: its cache is then not what we think.
                worker.Feed.Distrusted = true;
                break;
        }

        return 1;
    }

    /// <summary>The blocks of a prompt come one after another, each the parent of the next.</summary>
    private int StoreRun(WorkerCache cache, ReadOnlySpan<KvCacheChange> changes)
    {
        var count = 0;
        do
        {
            _run[count] = changes[count].Hash;
            count++;
        }
        while (count < Math.Min(changes.Length, LongestRun) && changes[count].Kind == KvCacheChangeKind.Stored
            && changes[count].Parent == changes[count - 1].Hash);
        Tree.Store(cache, _run.AsSpan(0, count), changes[0].Parent);
        return count;
    }
}
