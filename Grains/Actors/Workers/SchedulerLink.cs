using Microsoft.Extensions.Logging;

namespace Preble.Actors.Workers;

/// <summary>What a worker says to its model's scheduler about one life of its engine, and how it answers what the scheduler lacks.</summary>
internal sealed class SchedulerLink(IGrains grains, WorkerRegistration identity, EngineLoop loop, ILogger log)
{
    private readonly ISchedulerGrain _scheduler = grains.Get<ISchedulerGrain>(identity.Model.Value);

    // Below this number the scheduler has accepted everything.
    private long _acceptedTo = 1;

    public WorkerRegistration Identity => identity;

    public Task RegisterAsync() => _scheduler.RegisterAsync(identity);

    public Task LoseAsync() => _scheduler.LoseAsync(identity.Worker);

    /// <summary>
    /// Sends the status and the cache changes since the last report; a lost report shows as a gap in the next. What the scheduler has missed is
    /// repeated while it is kept; when that does not do, it gets a snapshot.
    /// </summary>
    public async Task ReportAsync(CancellationToken cancellation)
    {
        var answer = await TellAsync(loop.Feed.Take());
        if (answer == ReportAnswer.Register)
        {
            await RegisterAsync();
        }

        if (answer != ReportAnswer.Accepted && !(answer == ReportAnswer.SendSnapshot && await ReplayAsync(cancellation)))
        {
            await RestoreAsync(answer, cancellation);
        }
    }

    private async Task<ReportAnswer> TellAsync(KvCacheChanges changes)
    {
        var answer = await _scheduler.ReportAsync(new WorkerReport(loop.Status, changes));
        if (answer == ReportAnswer.Accepted)
        {
            _acceptedTo = Math.Max(_acceptedTo, changes.FirstNumber + changes.Changes.Length);
        }

        return answer;
    }

    private async Task<bool> ReplayAsync(CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<KvCacheChanges?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!await loop.TrySendAsync(new EngineCommand.Replay(_acceptedTo, answer), cancellation)
            || await answer.Task.WaitAsync(cancellation) is not { } missed
            || await TellAsync(missed) != ReportAnswer.Accepted)
        {
            return false;
        }

        loop.Feed.SkipTo(_acceptedTo);
        log.ChangesRepeated(identity.Worker, missed.Changes.Length, missed.FirstNumber);
        return true;
    }

    private async Task RestoreAsync(ReportAnswer reason, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<KvCacheSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!await loop.TrySendAsync(new EngineCommand.Snapshot(answer), cancellation))
        {
            return;
        }

        var snapshot = await answer.Task.WaitAsync(cancellation);
        await _scheduler.RestoreAsync(snapshot);
        loop.Feed.SkipTo(snapshot.NextNumber);
        _acceptedTo = snapshot.NextNumber;
        log.SnapshotSent(identity.Worker, snapshot.Blocks.Length, reason);
    }
}
