using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Preble.Hosting.Orleans;

internal static partial class OrleansHostingLog
{
    [LoggerMessage(1, LogLevel.Warning, "Entries of {Silos} dead silos stay in the grain directory until they are looked up: {Failure}.")]
    public static partial void DeadEntriesStay(this ILogger log, string failure, int silos);

    [LoggerMessage(2, LogLevel.Information, "{Grains} schedulers and prefix nodes go to a scheduler silo, for one has joined.")]
    public static partial void MovedHome(this ILogger log, int grains);

    [LoggerMessage(3, LogLevel.Information, "Silo {Address} was an earlier process of {Name}; it is declared dead.")]
    public static partial void OlderSelfEnded(this ILogger log, SiloAddress address, string name);

    [LoggerMessage(4, LogLevel.Critical, "The silo cannot go on: {Context}")]
    public static partial void SiloCannotGoOn(this ILogger log, Exception? failure, string? context);
}
