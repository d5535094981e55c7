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
    public PrefixIndex() => Tiers = new TierIndex(Tree);

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

        // A batch that begins before the gap, or at it, is the replay that closes it.
        feed.Broken = changes.FirstNumber > feed.NextNumber;
        if (feed.Broken || feed.Distrusted)
        {
            return FeedAnswer.SnapshotNeeded;
        }

        var known = feed.NextNumber - changes.FirstNumber;
        for (var index = (int)Math.Min(known, changes.Changes.Length); index < changes.Changes.Length; index++)
        {
            Apply(worker, changes.Changes[index]);
            Tiers.Apply(worker, changes.Changes[index]);
            feed.NextNumber++;
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

        Tree.Clear(worker.Cache);
        foreach (var block in snapshot.Blocks)
        {
            Tree.Store(worker.Cache, block.Hash, block.Parent);
        }

        Tiers.Restore(worker, snapshot.HostBlocks.IsDefault ? [] : snapshot.HostBlocks.AsSpan());
        (feed.NextNumber, feed.Broken, feed.Distrusted) = (snapshot.NextNumber, false, false);
        return FeedAnswer.Applied;
    }

    private void Apply(WorkerView worker, KvCacheChange change)
    {
        switch (change.Kind)
        {
            case KvCacheChangeKind.Stored:
                Tree.Store(worker.Cache, change.Hash, change.Parent);
                break;
            case KvCacheChangeKind.Removed:
                Tree.Remove(worker.Cache, change.Hash);
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
    }
}
