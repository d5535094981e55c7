using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement;

/// <content>Workers that join, report, restore and are lost.</content>
public sealed partial class SchedulerCore
{
    /// <summary>
    /// A worker joins, or comes back with a new epoch: then its residency and bookings start empty. Said twice, it only updates its facts.
    /// </summary>
    public void Register(WorkerRegistration registration, TimeSpan now)
    {
        Advance(now);
        RegistrationRules.Check(registration, _model, _blockSize);
        var known = _fleet.Find(registration.Worker);
        if (known?.Feed.Epoch == registration.Epoch)
        {
            (known.Registration, known.LastSeen) = (registration, _now);
            return;
        }

        if (known is not null)
        {
            Lose(known);
        }

        _blockSize = registration.BlockSize;
        _fleet.Add(registration).LastSeen = _now;
    }

    /// <summary>Takes in a worker's beat and says what the scheduler lacks. A worker that says it has failed is lost.</summary>
    public ReportAnswer Report(WorkerReport report, TimeSpan now)
    {
        Advance(now);
        var worker = _fleet.Find(report.Status.Worker);
        if (!report.Status.Healthy)
        {
            if (worker?.Feed.Epoch == report.Status.Epoch)
            {
                Lose(worker);
            }

            return ReportAnswer.Accepted;
        }

        if (worker is null || worker.Feed.Epoch != report.Status.Epoch)
        {
            return ReportAnswer.Register;
        }

        (worker.Status, worker.LastSeen, worker.MissedTokensSinceBeat) = (report.Status, _now, 0);
        if (_shard.IsPart)
        {
            worker.Present.Settle(_now - Limits.ShardSettle);
        }

        worker.TakeCosts(report.Status.Costs);
        return Answer(_index.Apply(worker, report.Changes));
    }

    /// <summary>
    /// Replaces what is believed of a worker's cache. One of an unknown worker or epoch is ignored: its next beat will say so.
    /// </summary>
    public void Restore(KvCacheSnapshot snapshot, TimeSpan now)
    {
        Advance(now);
        if (_fleet.Find(snapshot.Worker) is { } worker)
        {
            _index.Restore(worker, snapshot);
        }
    }

    /// <summary>True for a worker that has said that it takes no more and will leave.</summary>
    public bool IsDraining(WorkerId worker) => _fleet.Find(worker) is { Draining: true };

    /// <summary>
    /// Forgets a worker, its residency and its bookings. Nothing is placed on it until it registers again. False when nobody knew it.
    /// </summary>
    public bool Lose(WorkerId worker, TimeSpan now)
    {
        Advance(now);
        if (_fleet.Find(worker) is not { } lost)
        {
            return false;
        }

        Lose(lost);
        return true;
    }

    /// <summary>Expires windows, unanswered bookings and silent workers; returns the workers lost now.</summary>
    public IReadOnlyList<WorkerId> Tick(TimeSpan now)
    {
        Advance(now);
        List<WorkerId> lost = [];
        foreach (var worker in _fleet.Slots)
        {
            if (worker is not null && _now - worker.LastSeen >= _options.WorkerTimeout)
            {
                lost.Add(worker.Id);
            }
        }

        lost.ForEach(id => Lose(_fleet.Find(id)!));
        Balance();
        return lost;
    }

    private void Lose(WorkerView worker)
    {
        _bookings.WithdrawAll(worker);
        _index.Tree.Drop(worker.Cache);
        _index.Tiers.Drop(worker);
        _assignments.Drop(worker);
        _fleet.Remove(worker);
    }

    private static ReportAnswer Answer(FeedAnswer answer) => answer switch
    {
        FeedAnswer.Applied => ReportAnswer.Accepted,
        FeedAnswer.SnapshotNeeded => ReportAnswer.SendSnapshot,
        _ => ReportAnswer.Register,
    };
}
