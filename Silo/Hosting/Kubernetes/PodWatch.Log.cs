using System.Net;

namespace Preble.Hosting.Kubernetes;

internal static partial class PodWatchLog
{
    [LoggerMessage(1, LogLevel.Warning, "The API server does not tell which pods are gone: {Reason}. Lost processes are found by probes meanwhile.")]
    public static partial void PodsUnknown(this ILogger log, string reason);

    [LoggerMessage(2, LogLevel.Information, "The API server tells which pods are gone again.")]
    public static partial void PodsKnownAgain(this ILogger log);

    [LoggerMessage(3, LogLevel.Warning, "The pod of {Name} at {Place} is gone; the process is declared dead.")]
    public static partial void PodGone(this ILogger log, string name, IPEndPoint place);
}
