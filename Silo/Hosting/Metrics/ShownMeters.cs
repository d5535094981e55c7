using System.Diagnostics.Metrics;

namespace Preble.Hosting.Metrics;

/// <summary>Which instruments a process shows at its <c>/metrics</c> beside its own: all of the runtime's, and what of Orleans says how a silo is.</summary>
internal static class ShownMeters
{
    public const string Runtime = "System.Runtime";
    public const string Orleans = "Microsoft.Orleans";

    /// <summary>Of some hundred. The others are for those who look into Orleans, by OTLP.</summary>
    public static IReadOnlySet<string> OrleansNames { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "orleans-app-requests-canceled",
        "orleans-app-requests-latency-count",
        "orleans-app-requests-latency-sum",
        "orleans-app-requests-timedout",
        "orleans-catalog-activations",
        "orleans-catalog-activation-failed-to-activate",
        "orleans-messaging-expired",
        "orleans-messaging-pings-reply-missed",
        "orleans-messaging-processing-dispatcher-forwarded",
        "orleans-messaging-rejected",
        "orleans-messaging-rerouted",
        "orleans-messaging-sent-dropped",
        "orleans-messaging-sent-failed",
        "orleans-networking-sockets-closed",
        "orleans-networking-sockets-opened",
    };

    public static bool Foreign(Instrument instrument) => instrument.Meter.Name switch
    {
        Runtime => true,
        Orleans => OrleansNames.Contains(instrument.Name),
        _ => false,
    };
}
