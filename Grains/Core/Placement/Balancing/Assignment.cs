using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Balancing;

/// <summary>
/// Where the future requests of one prefix shall go, whatever is resident where now. Owned by <see cref="Assignments"/>. One without
/// workers binds nobody; it only remembers its generation.
/// </summary>
public sealed class Assignment(BlockHash prefix, int blocks)
{
    /// <summary>The hash of the prefix's last block.</summary>
    public BlockHash Prefix => prefix;

    /// <summary>Blocks of the prefix.</summary>
    public int Blocks => blocks;

    /// <summary>Few: no more than <see cref="SchedulerOptions.MostReplicas"/>.</summary>
    public List<WorkerView> Workers { get; } = [];

    /// <summary>Counts its changes, so that the scheduler and the prefix's node know whose word is newer.</summary>
    public long Generation { get; set; }

    /// <summary>When a request last asked for it, or it last changed.</summary>
    public TimeSpan UsedAt { get; set; }
}
