using Microsoft.Extensions.Logging;
using Preble.Core.Placement.Sharding;

namespace Preble.Actors.Workers;

/// <summary>
/// What a worker says to its model's scheduler about one life of its engine: to every shard of it, for each places requests on this worker.
/// All hear all changes, in the worker's own numbers, and each keeps what is its own. A shard that cannot be reached holds no other up.
/// </summary>
internal sealed class SchedulerLink(
    IGrains grains, SchedulerShards shards, WorkerRegistration identity, EngineLoop loop, ILogger log)
{
    private readonly ShardLink[] _shards =
        [.. shards.Keys(identity.Model).Select(key => new ShardLink(grains.Get<ISchedulerGrain>(key), identity, loop, log))];

    public WorkerRegistration Identity => identity;

    /// <summary>Throws when a shard cannot be reached, after all others have been told.</summary>
    public Task RegisterAsync() => Task.WhenAll(_shards.Select(shard => shard.RegisterAsync()));

    public Task LoseAsync() => Task.WhenAll(_shards.Select(shard => shard.LoseAsync()));

    /// <summary>Sends the status and the cache changes since the last report; a lost report shows as a gap in the next.</summary>
    public async Task ReportAsync(CancellationToken cancellation)
    {
        var changes = loop.Feed.Take();
        await Task.WhenAll(_shards.Select(shard => shard.ReportAsync(changes, cancellation)));
        loop.Feed.SkipTo(_shards.Min(shard => shard.AcceptedTo));
    }
}
