using Microsoft.Extensions.Logging;

namespace Preble.Hosting.InProcess;

internal static partial class InProcessLog
{
    [LoggerMessage(1, LogLevel.Error, "A timer tick of {Grain} failed; the timer goes on.")]
    public static partial void TickFailed(this ILogger log, Exception failure, string grain);

    [LoggerMessage(2, LogLevel.Error, "A one-way call of {Method} on {Grain} failed; its caller does not hear of it.")]
    public static partial void OneWayFailed(this ILogger log, Exception failure, string method, string grain);

    [LoggerMessage(3, LogLevel.Error, "An action at the end of {Grain} failed; the others still run.")]
    public static partial void EndingFailed(this ILogger log, Exception failure, string grain);

    [LoggerMessage(4, LogLevel.Warning, "{Grain} ends although calls are still running: {Seconds} s have passed.")]
    public static partial void EndedWhileRunning(this ILogger log, string grain, double seconds);

    [LoggerMessage(5, LogLevel.Debug, "{Grain} is activated.")]
    public static partial void Activated(this ILogger log, string grain);

    [LoggerMessage(6, LogLevel.Debug, "{Grain} has ended.")]
    public static partial void Ended(this ILogger log, string grain);
}
