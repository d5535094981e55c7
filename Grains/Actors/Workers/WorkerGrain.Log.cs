using Microsoft.Extensions.Logging;

namespace Preble.Actors.Workers;

internal static partial class WorkerGrainLog
{
    [LoggerMessage(1, LogLevel.Information, "Worker {Worker} serves {Model}: epoch {Epoch}, {Blocks} blocks of {BlockSize} tokens, "
        + "prefill {PrefillMicroseconds:F0} µs a token, decode {DecodeMicroseconds:F0} µs a token.")]
    public static partial void WorkerServes(
        this ILogger log, WorkerId worker, ModelId model, long epoch, int blocks, int blockSize,
        double prefillMicroseconds, double decodeMicroseconds);

    [LoggerMessage(2, LogLevel.Error, "The engine of worker {Worker} failed; {Running} running and {Waiting} waiting requests are told.")]
    public static partial void EngineFailed(this ILogger log, Exception failure, WorkerId worker, int running, int waiting);

    [LoggerMessage(3, LogLevel.Warning, "Worker {Worker} makes a new engine in {Seconds} s, after {Failures} failures in a row.")]
    public static partial void EngineRestarts(this ILogger log, WorkerId worker, double seconds, int failures);

    [LoggerMessage(4, LogLevel.Error, "The new engine of worker {Worker} could not be made.")]
    public static partial void EngineNotMade(this ILogger log, Exception failure, WorkerId worker);

    [LoggerMessage(5, LogLevel.Warning, "Worker {Worker} could not talk to its scheduler; it tries again at the next beat.")]
    public static partial void SchedulerUnreachable(this ILogger log, Exception failure, WorkerId worker);

    [LoggerMessage(6, LogLevel.Information, "Worker {Worker} sent its scheduler a snapshot of {Blocks} blocks: {Reason}.")]
    public static partial void SnapshotSent(this ILogger log, WorkerId worker, int blocks, ReportAnswer reason);

    [LoggerMessage(7, LogLevel.Information, "Worker {Worker} drains: {Running} requests running, {Waiting} waiting.")]
    public static partial void Draining(this ILogger log, WorkerId worker, int running, int waiting);

    [LoggerMessage(8, LogLevel.Warning, "The engine thread of worker {Worker} did not end within {Seconds} s; it is left behind.")]
    public static partial void EngineLeftBehind(this ILogger log, WorkerId worker, double seconds);

    [LoggerMessage(9, LogLevel.Debug, "Worker {Worker} could not say goodbye to its scheduler.")]
    public static partial void GoodbyeFailed(this ILogger log, Exception failure, WorkerId worker);

    [LoggerMessage(10, LogLevel.Error, "The engine of worker {Worker} has been in one step for {Seconds} s and is given up; {Running} running and {Waiting} "
        + "waiting requests are told.")]
    public static partial void EngineHangs(this ILogger log, WorkerId worker, double seconds, int running, int waiting);

    [LoggerMessage(11, LogLevel.Information, "Worker {Worker} repeated {Changes} cache changes from number {FirstNumber} on to its scheduler.")]
    public static partial void ChangesRepeated(this ILogger log, WorkerId worker, int changes, long firstNumber);
}
