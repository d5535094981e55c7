using Microsoft.Extensions.Logging;

namespace Preble.Hosting;

internal static partial class LocalWorkersLog
{
    [LoggerMessage(1, LogLevel.Information, "Model {Description}.")]
    public static partial void ModelOpened(this ILogger log, string description);

    [LoggerMessage(2, LogLevel.Information, "Worker {Worker} started in {Seconds:F2} s.")]
    public static partial void WorkerStarted(this ILogger log, WorkerId worker, double seconds);

    [LoggerMessage(3, LogLevel.Information, "Draining {Workers} workers: what waits goes elsewhere, what runs may finish within {Seconds} s.")]
    public static partial void Stopping(this ILogger log, int workers, double seconds);

    [LoggerMessage(4, LogLevel.Warning, "Worker {Worker} could not be drained.")]
    public static partial void NotDrained(this ILogger log, Exception failure, WorkerId worker);
}
