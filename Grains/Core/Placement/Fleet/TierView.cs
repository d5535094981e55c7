using Preble.Core.Radix;

namespace Preble.Core.Placement.Fleet;

/// <summary>What a worker with a host tier has in either tier. Made when the worker first speaks of one.</summary>
public sealed class TierView(int slot)
{
    /// <summary>Its share of the tree of both tiers.</summary>
    public WorkerCache Cache { get; } = new(slot);

    /// <summary>Blocks that the host tier has, whether or not the device has them too.</summary>
    public HashSet<BlockHash> Host { get; } = [];
}
