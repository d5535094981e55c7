using System.Reflection;
using System.Text.RegularExpressions;
using Preble.Actors.Telemetry;
using Preble.Deploy.Reading;
using Preble.Hosting.Metrics;

namespace Preble.Deploy;

/// <summary>Scaling goes by metrics that there are.</summary>
public sealed partial class MetricTests
{
    [Fact]
    public void Every_metric_that_a_scaler_names_is_an_instrument_of_the_code()
    {
        // Scalers go by gauges without a unit: their names in Prometheus have no suffix.
        var known = typeof(InstrumentNames).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
            .Select(field => PrometheusNames.Metric((string)field.GetRawConstantValue()!, null, isCounter: false)).ToHashSet();
        var gauges = DeployFiles.Text("docs/operations/metrics.md").Split('\n').Where(line => line.Contains("| gauge", StringComparison.Ordinal))
            .SelectMany(line => InstrumentName().Matches(line).Select(match => PrometheusNames.Metric(match.Groups["name"].Value, null, isCounter: false))).ToHashSet();
        var named = new List<string>();
        foreach (var rendering in DeployFiles.Renderings)
        {
            var release = Release.Read(rendering);
            named.AddRange(release.OfKind("HorizontalPodAutoscaler").SelectMany(one => one["spec.metrics"].Items).Select(one => one["pods.metric.name"])
                .Where(name => name.Exists).Select(name => name.Text));
            named.AddRange(release.OfKind("ScaledObject").SelectMany(one => one["spec.triggers"].Items)
                .SelectMany(one => PrometheusName().Matches(one["metadata.query"].Text).Select(match => match.Value)));
        }

        Assert.Equal(["preble_kv_cache_usage", "preble_placement_queued", "preble_requests_waiting"], named.Distinct().Order());
        Assert.All(named, name => Assert.True(known.Contains(name) && gauges.Contains(name), name));
    }

    [GeneratedRegex(@"\bpreble_\w+(?=\{)", RegexOptions.None, 1000)]
    private static partial Regex PrometheusName();

    [GeneratedRegex("`(?<name>[a-z_.]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InstrumentName();
}
