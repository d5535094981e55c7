using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Preble.Hosting.Telemetry;

/// <summary>Hears what the exporter complains of and logs it once: a collector that is gone is not worth a line every few seconds.</summary>
internal sealed partial class ExportWarnings(string address, ILogger log) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private int _told;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (string.Equals(eventSource.Name, Exporter, StringComparison.Ordinal))
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // Others' events come, too, when somebody else in the process has them switched on.
        var ours = string.Equals(eventData.EventSource.Name, Exporter, StringComparison.Ordinal);
        if (ours && eventData.EventName is { } name && Interlocked.Exchange(ref _told, 1) == 0)
        {
            LogFailure(log, address, Sentence(name, eventData));
        }
    }

    /// <summary>The first line of what it says: the rest is a stack.</summary>
    private static string Sentence(string name, EventWrittenEventArgs said)
    {
        var text = said is { Message: { } format, Payload: { } values }
            ? string.Format(CultureInfo.InvariantCulture, format, [.. values])
            : name;
        return text.Split('\n')[0].TrimEnd();
    }

    [LoggerMessage(1, LogLevel.Warning, "Telemetry does not reach {Address}: {Reason} Requests go on; this is said once.")]
    private static partial void LogFailure(ILogger log, string address, string reason);
}
