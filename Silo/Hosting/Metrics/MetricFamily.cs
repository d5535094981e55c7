using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Preble.Core;

namespace Preble.Hosting.Metrics;

/// <summary>One metric: its name and kind, and a series for each set of label values, up to a bound. Any thread may record.</summary>
internal sealed class MetricFamily
{
    private const string OverflowLabels = "overflow=\"true\"";

    private readonly ConcurrentDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly string _help;
    private readonly string? _unit;
    private readonly string _type;
    private readonly bool _observed;
    private readonly Func<MetricSeries> _newSeries;

    private MetricFamily(Instrument instrument, string type, bool observed, Func<MetricSeries> newSeries)
    {
        Name = PrometheusNames.Metric(instrument.Name, instrument.Unit, isCounter: type == "counter");
        (_help, _unit, _type, _observed, _newSeries) =
            (instrument.Description ?? "", PrometheusNames.Unit(instrument.Unit), type, observed, newSeries);
    }

    public string Name { get; }

    /// <summary>Those of OpenTelemetry's conventions are recorded at the end of a request, within its span: they have exemplars.</summary>
    public static MetricFamily Of(Instrument instrument, TimeProvider time)
    {
        var exemplars = instrument.Name.StartsWith("gen_ai.", StringComparison.Ordinal) ? time : null;
        var kind = instrument.GetType().Name.Split('`')[0];
        return kind switch
        {
            "Histogram" => new MetricFamily(
                instrument, "histogram", observed: false, () => new HistogramSeries(HistogramSeries.Bounds(instrument), exemplars)),
            "Counter" => new MetricFamily(instrument, "counter", observed: false, () => new SumSeries()),
            "UpDownCounter" => new MetricFamily(instrument, "gauge", observed: false, () => new SumSeries()),
            "ObservableCounter" => new MetricFamily(instrument, "counter", observed: true, () => new LastSeries()),
            "Gauge" => new MetricFamily(instrument, "gauge", observed: false, () => new LastSeries()),
            _ => new MetricFamily(instrument, "gauge", observed: true, () => new LastSeries()),
        };
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var key = PrometheusNames.Labels(labels);
        if (!_series.TryGetValue(key, out var series))
        {
            // A label with endless values would fill the memory: what is over the bound is counted together.
            key = _series.Count < Limits.MetricSeries ? key : OverflowLabels;
            series = _series.GetOrAdd(key, _ => _newSeries());
        }

        series.Record(value);
    }

    /// <summary>Observed series are reported anew at each reading; those that are not any more shall vanish.</summary>
    public void BeginReading()
    {
        if (_observed)
        {
            _series.Clear();
        }
    }

    public void Write(StringBuilder text, PrometheusFormat format)
    {
        if (_series.IsEmpty)
        {
            return;
        }

        var open = format == PrometheusFormat.OpenMetrics;

        // There a counter's family has the name without the end, and only its samples have it.
        var family = open && Name.EndsWith(PrometheusNames.Total, StringComparison.Ordinal) ? Name[..^PrometheusNames.Total.Length] : Name;
        text.Append("# HELP ").Append(family).Append(' ').Append(PrometheusNames.EscapeHelp(_help, format)).Append('\n');
        text.Append("# TYPE ").Append(family).Append(' ').Append(_type).Append('\n');
        if (open && _unit is not null)
        {
            text.Append("# UNIT ").Append(family).Append(' ').Append(_unit).Append('\n');
        }

        foreach (var (labels, series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            series.Write(text, Name, labels, format);
        }
    }
}
