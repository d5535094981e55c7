using System.Collections.Immutable;
using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement;

/// <content>What the scheduler tells of itself.</content>
public sealed partial class SchedulerCore
{
    /// <summary>Takes what has been seen of hot prefixes since the last call, a bounded batch at a time.</summary>
    public IReadOnlyList<PrefixNodeReport> TakePrefixReports(TimeSpan now)
    {
        Advance(now);
        return _hotPrefixes.Take();
    }

    /// <summary>What the scheduler believes about its workers, by id. Of several shards each tells of its own bookings, so that they add up.</summary>
    public FleetOverview Overview(TimeSpan now)
    {
        Advance(now);
        var workers = _fleet.Slots.OfType<WorkerView>().OrderBy(worker => worker.Id.Value, StringComparer.Ordinal)
            .Select(worker => new WorkerOverview(
                worker.Id, !worker.Draining, worker.OwnInFlight, (worker.Booked + worker.Finished).TotalSeconds, worker.Status));
        var placements = _placements.OrderBy(pair => pair.Key).Select(pair => new PlacementCount(pair.Key, pair.Value));
        return new FleetOverview(_model, [.. workers], _index.Tree.BlockCount, [.. placements], IndexBytes());
    }

    /// <summary>Both trees, and what each worker has in them.</summary>
    private long IndexBytes() => _index.Tree.Bytes + _index.Tiers.Tree.Bytes
        + _fleet.Slots.OfType<WorkerView>().Sum(worker => worker.Cache.Bytes + (worker.Tier?.Cache.Bytes ?? 0));

    /// <summary>The last decisions that pass the filter, the latest first.</summary>
    public ImmutableArray<PlacementRecord> Placements(PlacementFilter filter, TimeSpan now)
    {
        Advance(now);
        return _log.Last(filter, _now);
    }

    /// <summary>The decisions about one API request, the first first; empty when none is remembered.</summary>
    public ImmutableArray<PlacementRecord> FindPlacements(RequestId request, TimeSpan now)
    {
        Advance(now);
        return _log.Find(request, _now);
    }

    /// <summary>The answer, after a refusal has been noted; a placement is noted when it is decided.</summary>
    private PlacementResult Noted(PlacementQuery query, PlacementResult result)
    {
        if (result.Rejection is { } rejection)
        {
            _log.Add(query, rejection, _now);
        }

        return result;
    }

    /// <summary>States what must hold between events; tests call it after each.</summary>
    public void Audit()
    {
        var workers = _fleet.Slots.OfType<WorkerView>().ToArray();
        var booked = workers.Sum(worker => worker.OwnInFlight);
        Invariant.Require(booked == _bookings.Count, "every request in flight is booked on one living worker");
        AuditBalance();
        foreach (var worker in workers)
        {
            Invariant.Require(worker.OwnInFlight > 0 || worker.Booked == TimeSpan.Zero, "nothing is booked on a worker without requests");
            Invariant.Require(
                worker.OwnInFlight > 0 || worker is { BookedMissedTokens: 0, BookedTokens: 0 }, "no tokens are booked on a worker without requests");
            Invariant.Require(worker.WindowRequests > 0 || worker.Finished == TimeSpan.Zero, "no finished work outlives the window");
        }
    }
}
