using Microsoft.Extensions.Logging;

namespace Preble.Hosting.Orleans;

internal static partial class OrleansHostingLog
{
    [LoggerMessage(1, LogLevel.Warning, "Entries of {Silos} dead silos stay in the grain directory until they are looked up: {Failure}.")]
    public static partial void DeadEntriesStay(this ILogger log, string failure, int silos);
}
