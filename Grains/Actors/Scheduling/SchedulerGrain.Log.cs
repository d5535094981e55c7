using Microsoft.Extensions.Logging;

namespace Preble.Actors.Scheduling;

internal static partial class SchedulerGrainLog
{
    [LoggerMessage(1, LogLevel.Information, "Worker {Worker} registered for {Model} with epoch {Epoch}.")]
    public static partial void WorkerRegistered(this ILogger log, WorkerId worker, ModelId model, long epoch);

    [LoggerMessage(2, LogLevel.Warning, "Worker {Worker} of {Model} is lost: nothing is placed on it until it registers again.")]
    public static partial void WorkerLost(this ILogger log, WorkerId worker, ModelId model);

    [LoggerMessage(3, LogLevel.Information, "Worker {Worker}, epoch {Epoch}, changes from {FirstNumber}: answered {Answer}.")]
    public static partial void ReportIncomplete(this ILogger log, WorkerId worker, long epoch, long firstNumber, ReportAnswer answer);

    [LoggerMessage(4, LogLevel.Warning, "A prefix node could not be told of {Requests} requests; they are missing from its window.")]
    public static partial void PrefixReportLost(this ILogger log, Exception failure, int requests);

    [LoggerMessage(5, LogLevel.Debug, "Shard {Shard} of {Model} could not be told of this one's load; it is told again.")]
    public static partial void LoadsLost(this ILogger log, Exception failure, ModelId model, int shard);

    [LoggerMessage(6, LogLevel.Information, "Worker {Worker} of {Model} has drained and left.")]
    public static partial void WorkerLeft(this ILogger log, WorkerId worker, ModelId model);
}
