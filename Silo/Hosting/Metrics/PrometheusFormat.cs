namespace Preble.Hosting.Metrics;

/// <summary>The two texts that Prometheus reads.</summary>
public enum PrometheusFormat
{
    /// <summary>The exposition format 0.0.4, which everything reads.</summary>
    Plain,

    /// <summary>OpenMetrics 1.0: the same, with units and with exemplars, which lead from a slow bucket to a trace.</summary>
    OpenMetrics,
}
