using Microsoft.Extensions.Logging;

namespace Preble.Actors.Workers.HostCache;

internal static partial class HostBlockFileLog
{
    [LoggerMessage(1, LogLevel.Warning, "The host tier's file {Path} starts empty: {Reason}.")]
    public static partial void StartsEmpty(this ILogger log, string path, string reason);

    [LoggerMessage(2, LogLevel.Information, "The host tier's file {Path} has {Entries} of {Slots} slots filled.")]
    public static partial void Opened(this ILogger log, string path, int entries, int slots);

    [LoggerMessage(3, LogLevel.Warning, "The host tier's file {Path} may grow by {NeededGib:F1} GiB where {FreeGib:F1} GiB are free; "
        + "blocks that find no room are not kept.")]
    public static partial void MayNotFit(this ILogger log, string path, double neededGib, double freeGib);

    [LoggerMessage(4, LogLevel.Warning, "A block could not be kept in the host tier's file {Path}; it and those like it are recomputed. "
        + "Said once.")]
    public static partial void SaveFailed(this ILogger log, Exception failure, string path);

    [LoggerMessage(5, LogLevel.Warning, "A block in the host tier's file {Path} is damaged or cannot be read, and is recomputed. Said once.")]
    public static partial void LoadFailed(this ILogger log, Exception? failure, string path);
}
