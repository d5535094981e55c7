using Preble.Core.Radix;

namespace Preble.Core.Placement.Fleet;

/// <summary>
/// What workers with a host tier have in either of their tiers: a second prefix tree, for a match may begin in one tier and go on in the
/// other. Workers without a host tier are not in it, and a fleet without any pays nothing.
/// </summary>
public sealed class TierIndex(RadixTree device)
{
    public RadixTree Tree { get; } = new();

    /// <summary>Workers that have a host tier.</summary>
    public int Workers { get; private set; }

    /// <summary>Takes in one change, after the device's tree has.</summary>
    public void Apply(WorkerView worker, KvCacheChange change)
    {
        if (change.Kind is KvCacheChangeKind.HostStored)
        {
            var tier = Of(worker);
            tier.Host.Add(change.Hash);
            Tree.Store(tier.Cache, change.Hash, change.Parent);
        }
        else if (worker.Tier is { } tier)
        {
            Apply(worker, tier, change);
        }
    }

    /// <summary>Replaces what is believed of a worker's host tier; its device's blocks are known already.</summary>
    public void Restore(WorkerView worker, ReadOnlySpan<CachedBlock> host)
    {
        if (worker.Tier is { } known)
        {
            Drop(worker, known);
        }

        if (host.IsEmpty)
        {
            return;
        }

        var tier = Of(worker);
        foreach (var block in host)
        {
            tier.Host.Add(block.Hash);
            Tree.Store(tier.Cache, block.Hash, block.Parent);
        }
    }

    /// <summary>A worker is lost.</summary>
    public void Drop(WorkerView worker)
    {
        if (worker.Tier is { } tier)
        {
            Drop(worker, tier);
        }
    }

    private void Apply(WorkerView worker, TierView tier, KvCacheChange change)
    {
        switch (change.Kind)
        {
            case KvCacheChangeKind.Stored:
                Tree.Store(tier.Cache, change.Hash, change.Parent);
                break;
            case KvCacheChangeKind.Removed when !tier.Host.Contains(change.Hash):
                Tree.Remove(tier.Cache, change.Hash);
                break;
            case KvCacheChangeKind.HostRemoved when tier.Host.Remove(change.Hash) && !device.Holds(worker.Cache, change.Hash):
                Tree.Remove(tier.Cache, change.Hash);
                break;
            case KvCacheChangeKind.Cleared:
                tier.Host.Clear();
                Tree.Clear(tier.Cache);
                break;
            default:
                break;
        }
    }

    /// <summary>A worker that speaks of its host tier for the first time had its device's blocks before.</summary>
    private TierView Of(WorkerView worker)
    {
        if (worker.Tier is { } known)
        {
            return known;
        }

        var tier = worker.Tier = new TierView(worker.Cache.Slot);
        Workers++;
        device.CopyHeld(worker.Cache, Tree, tier.Cache);
        return tier;
    }

    private void Drop(WorkerView worker, TierView tier)
    {
        Tree.Drop(tier.Cache);
        worker.Tier = null;
        Workers--;
    }
}
