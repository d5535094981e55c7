using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Preble.Hosting.Metrics;

/// <summary>One measurement and the trace it was made in.</summary>
internal sealed record Exemplar(ActivityTraceId Trace, ActivitySpanId Span, double Value, DateTimeOffset At)
{
    /// <summary>Null when nobody will find the trace: no span runs here, or it is not exported.</summary>
    public static Exemplar? Of(double value, TimeProvider time) =>
        Activity.Current is { Recorded: true } span ? new Exemplar(span.TraceId, span.SpanId, value, time.GetUtcNow()) : null;

    public void Write(StringBuilder text) => text.Append(
        CultureInfo.InvariantCulture,
        $" # {{trace_id=\"{Trace}\",span_id=\"{Span}\"}} {PrometheusNames.Number(Value)} {At.ToUnixTimeMilliseconds() / 1000.0:F3}");
}
