using Microsoft.Extensions.Logging;

namespace Preble.Hosting;

internal static partial class CalibrationCacheLog
{
    [LoggerMessage(1, LogLevel.Information, "Costs measured before are taken from {Path}.")]
    public static partial void CostsKnown(this ILogger log, string path);

    [LoggerMessage(2, LogLevel.Warning, "The costs in {Path} are not used and measured again: {Reason}")]
    public static partial void CostsUnreadable(this ILogger log, string path, string reason);

    [LoggerMessage(3, LogLevel.Warning, "The measured costs cannot be kept in {Path}; the next start will measure again: {Reason}")]
    public static partial void CostsNotKept(this ILogger log, string path, string reason);
}
