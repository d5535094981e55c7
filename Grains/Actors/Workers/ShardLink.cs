using Microsoft.Extensions.Logging;

namespace Preble.Actors.Workers;

/// <summary>What a worker says to one scheduler, and how it answers what that lacks.</summary>
internal sealed class ShardLink(ISchedulerGrain scheduler, WorkerRegistration identity, EngineLoop loop, ILogger log)
{
    /// <summary>Below this number the scheduler has accepted everything.</summary>
    public long AcceptedTo { get; private set; } = 1;

    // Not plain calls: what they throw at once must come in the task, after the other shards have been told.
    public async Task RegisterAsync() => await scheduler.RegisterAsync(identity);

    public async Task LoseAsync() => await scheduler.LoseAsync(identity.Worker);

    /// <summary>What the scheduler has missed is repeated while it is kept; when that does not do, it gets a snapshot.</summary>
    public async Task ReportAsync(KvCacheChanges changes, CancellationToken cancellation)
    {
        var answer = await TellAsync(changes);
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
        var answer = await scheduler.ReportAsync(new WorkerReport(loop.Status, changes));
        if (answer == ReportAnswer.Accepted)
        {
            AcceptedTo = Math.Max(AcceptedTo, changes.FirstNumber + changes.Changes.Length);
        }

        return answer;
    }

    private async Task<bool> ReplayAsync(CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<KvCacheChanges?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!await loop.TrySendAsync(new EngineCommand.Replay(AcceptedTo, answer), cancellation)
            || await answer.Task.WaitAsync(cancellation) is not { } missed
            || await TellAsync(missed) != ReportAnswer.Accepted)
        {
            return false;
        }

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
        await scheduler.RestoreAsync(snapshot);
        AcceptedTo = snapshot.NextNumber;
        log.SnapshotSent(identity.Worker, snapshot.Blocks.Length, reason);
    }
}
