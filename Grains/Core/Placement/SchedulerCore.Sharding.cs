using Preble.Core.Placement.Sharding;

namespace Preble.Core.Placement;

/// <content>The exchange of loads with the other shards of the model.</content>
public sealed partial class SchedulerCore
{
    private readonly Shard _shard;
    private readonly ShardExchange _exchange;

    /// <summary>What to tell the other shards now; null when they know it. To be asked every <see cref="Limits.ShardLoadsInterval"/>.</summary>
    public ShardLoads? TakeLoads(TimeSpan now)
    {
        Advance(now);
        return _exchange.Take(_now);
    }

    /// <summary>Takes in what another shard has booked. It counts until that shard says something else, or nothing for a while.</summary>
    public void HearLoads(ShardLoads loads, TimeSpan now)
    {
        Advance(now);
        _exchange.Hear(loads, _now);
    }
}
