using Microsoft.Extensions.Logging;
using Preble.Core.Placement.Sharding;

namespace Preble.Actors.Scheduling;

/// <summary>
/// Tells the other shards of a model what this one has booked. One word to each at a time: who has not answered the last one misses the next,
/// and hears the one after it, which holds as much.
/// </summary>
internal sealed class ShardFeed(IGrains grains, SchedulerShards shards, ModelId model, Shard own, ILogger log)
{
    private readonly Task[] _sending = [.. Enumerable.Repeat(Task.CompletedTask, own.Count)];

    public void Send(ShardLoads loads)
    {
        // Nobody's call: it must not count as part of the turn that started it.
        using (ExecutionContext.SuppressFlow())
        {
            for (var shard = 0; shard < own.Count; shard++)
            {
                if (shard != own.Index && _sending[shard].IsCompleted)
                {
                    _sending[shard] = SendAsync(shard, loads);
                }
            }
        }
    }

    private async Task SendAsync(int shard, ShardLoads loads)
    {
        try
        {
            await grains.Get<ISchedulerGrain>(shards.Key(model, shard)).HearAsync(loads);
        }
        catch (Exception failure)
        {
            log.LoadsLost(failure, model, shard);
        }
    }
}
