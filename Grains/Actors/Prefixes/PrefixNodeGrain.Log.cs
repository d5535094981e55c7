using Microsoft.Extensions.Logging;

namespace Preble.Actors.Prefixes;

internal static partial class PrefixNodeGrainLog
{
    [LoggerMessage(1, LogLevel.Debug, "Prefix {Node} of {Tokens} tokens, {Holders} holders, {Requests} recent requests: hot is {Hot}.")]
    public static partial void HeatChanged(this ILogger log, PrefixNodeId node, int tokens, int holders, int requests, bool hot);
}
