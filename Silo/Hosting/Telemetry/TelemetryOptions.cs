namespace Preble.Hosting.Telemetry;

/// <summary>What the process tells of itself beside its answers: log lines, and traces and metrics for an OpenTelemetry collector.</summary>
public sealed record TelemetryOptions
{
    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>What is logged, in the order given; later rules win over earlier ones for the same category.</summary>
    public IReadOnlyList<LogRule> LogRules { get; init; } = [];

    /// <summary>Where traces and metrics go; null for nowhere.</summary>
    public OtlpTarget? Otlp { get; init; }

    /// <summary>Whether the calls between grains are spans, too: many, for those who look into the runtime.</summary>
    public bool OrleansSpans { get; init; }
}
