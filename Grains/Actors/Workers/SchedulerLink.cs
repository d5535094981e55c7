using Microsoft.Extensions.Logging;

namespace Preble.Actors.Workers;

/// <summary>What a worker says to its model's scheduler about one life of its engine, and how it answers what the scheduler lacks.</summary>
internal sealed class SchedulerLink(IGrains grains, WorkerRegistration identity, EngineLoop loop, ILogger log)
{
    private readonly ISchedulerGrain _scheduler = grains.Get<ISchedulerGrain>(identity.Model.Value);

    public WorkerRegistration Identity => identity;

    public Task RegisterAsync() => _scheduler.RegisterAsync(identity);

    public Task LoseAsync() => _scheduler.LoseAsync(identity.Worker);

    /// <summary>Sends the status and the cache changes since the last report; a lost report shows as a gap in the next.</summary>
    public async Task ReportAsync(CancellationToken cancellation)
    {
        var answer = await _scheduler.ReportAsync(new WorkerReport(loop.Status, loop.Feed.Take()));
        if (answer == ReportAnswer.Register)
        {
            await RegisterAsync();
        }

        if (answer != ReportAnswer.Accepted)
        {
            await RestoreAsync(answer, cancellation);
        }
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
        log.SnapshotSent(identity.Worker, snapshot.Blocks.Length, reason);
    }
}
