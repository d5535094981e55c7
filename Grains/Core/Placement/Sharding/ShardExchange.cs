using System.Collections.Immutable;
using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Sharding;

/// <summary>
/// One shard's side of the exchange of loads: what it tells the others, and what it has heard. A summary replaces the one before, so one that
/// is lost or overtaken is made good by the next; a shard that is silent is forgotten, and what it had placed counts by the workers' own
/// statuses from then on.
/// </summary>
internal sealed class ShardExchange(Shard shard, FleetView fleet)
{
    private readonly TimeSpan?[] _heardAt = new TimeSpan?[Math.Max(1, shard.Count)];
    private readonly Dictionary<WorkerId, ShardWorkerLoad> _named = [];
    private ImmutableArray<ShardWorkerLoad> _told = [];
    private TimeSpan? _toldAt;

    /// <summary>What to tell the others now; null when they know it.</summary>
    public ShardLoads? Take(TimeSpan now)
    {
        ForgetSilent(now);
        var workers = ImmutableArray.CreateBuilder<ShardWorkerLoad>(fleet.Count);
        foreach (var worker in fleet.Living)
        {
            if (Own(worker) is var load && load != default)
            {
                workers.Add(new ShardWorkerLoad(worker.Id, worker.Feed.Epoch, load));
            }
        }

        if (_toldAt is { } at && now - at < Limits.ShardLoadsRepeat && workers.SequenceEqual(_told))
        {
            return null;
        }

        (_told, _toldAt) = (workers.DrainToImmutable(), now);
        return new ShardLoads(shard.Index, _told);
    }

    public void Hear(ShardLoads loads, TimeSpan now)
    {
        if (loads.Shard < 0 || loads.Shard >= shard.Count || loads.Shard == shard.Index)
        {
            // From a time with another number of shards: its division of the prompts is not ours.
            return;
        }

        _named.Clear();
        foreach (var worker in loads.Workers)
        {
            _named[worker.Worker] = worker;
        }

        foreach (var worker in fleet.Living)
        {
            var named = _named.GetValueOrDefault(worker.Id);
            worker.Hear(shard with { Index = loads.Shard }, named.Epoch == worker.Feed.Epoch ? named.Load : default);
        }

        _heardAt[loads.Shard] = now;
    }

    private void ForgetSilent(TimeSpan now)
    {
        for (var other = 0; other < _heardAt.Length; other++)
        {
            if (_heardAt[other] is not { } at || now - at < Limits.ShardLoadsLife)
            {
                continue;
            }

            _heardAt[other] = null;
            foreach (var worker in fleet.Living)
            {
                worker.Hear(shard with { Index = other }, default);
            }
        }
    }

    private static BookedLoad Own(WorkerView worker) => new()
    {
        InFlight = worker.OwnInFlight,
        UnreportedRequests = worker.Present.UnreportedRequests,
        UnreportedTokens = worker.Present.UnreportedTokens,
        MissedTokens = worker.Present.MissedTokens,
        ContextTokens = worker.Present.ContextTokens,
        Tokens = worker.BookedTokens,
        Booked = worker.Booked,
        Finished = worker.Finished,
        WindowRequests = worker.WindowRequests,
        ResidentBlocks = worker.Cache.ResidentBlocks,
        InUseBlocks = worker.Cache.InUseBlocks,
        OutputBlocks = worker.BookedOutputBlocks,
    };
}
