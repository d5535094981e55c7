using Preble.Actors;
using Preble.Core.Placement.Sharding;

namespace Preble.Api;

/// <summary>What the front-end tells the schedulers. No answer waits for it: they make good what they have not heard.</summary>
internal sealed partial class SchedulerNews(IGrains grains, SchedulerShards shards, ILogger<SchedulerNews> log)
{
    /// <summary>A placement has ended; a booking that is never completed is dropped after a while.</summary>
    public void Complete(ISchedulerGrain scheduler, RequestCompletion completion) => _ = CompleteAsync(scheduler, completion);

    /// <summary>No process has the worker's device any more; a worker that nobody hears of is dropped after a while.</summary>
    public void Lose(ModelId model, WorkerId worker)
    {
        foreach (var key in shards.Keys(model))
        {
            _ = LoseAsync(grains.Get<ISchedulerGrain>(key), worker);
        }
    }

    private async Task CompleteAsync(ISchedulerGrain scheduler, RequestCompletion completion)
    {
        try
        {
            await scheduler.CompleteAsync(completion);
        }
        catch (Exception failure)
        {
            LogCompletionLost(failure, completion.Request);
        }
    }

    private async Task LoseAsync(ISchedulerGrain scheduler, WorkerId worker)
    {
        try
        {
            await scheduler.LoseAsync(worker);
        }
        catch (Exception failure)
        {
            LogLossLost(failure, worker);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The completion of request {Request} did not reach the scheduler")]
    private partial void LogCompletionLost(Exception failure, RequestId request);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The loss of worker {Worker} could not be told to its scheduler")]
    private partial void LogLossLost(Exception failure, WorkerId worker);
}
