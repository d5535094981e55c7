using System.Diagnostics.Metrics;
using System.Text;

namespace Preble.Hosting.Metrics;

/// <summary>The numbers of one metric with one set of label values. Any thread may record, without waiting.</summary>
internal abstract class MetricSeries
{
    public abstract void Record(double value);

    public abstract void Write(StringBuilder text, string name, string labels, PrometheusFormat format);

    protected static void Line(StringBuilder text, string name, string labels, double value, Exemplar? exemplar = null)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(PrometheusNames.Number(value));
        exemplar?.Write(text);
        text.Append('\n');
    }

    protected static void Add(ref double sum, double value)
    {
        var seen = Volatile.Read(ref sum);
        while (true)
        {
            var found = Interlocked.CompareExchange(ref sum, seen + value, seen);
            if (found.Equals(seen))
            {
                return;
            }

            seen = found;
        }
    }
}

/// <summary>Adds up.</summary>
internal sealed class SumSeries : MetricSeries
{
    private double _sum;

    public override void Record(double value) => Add(ref _sum, value);

    public override void Write(StringBuilder text, string name, string labels, PrometheusFormat format) => Line(text, name, labels, Volatile.Read(ref _sum));
}

/// <summary>Keeps the last value.</summary>
internal sealed class LastSeries : MetricSeries
{
    private double _last;

    public override void Record(double value) => Volatile.Write(ref _last, value);

    public override void Write(StringBuilder text, string name, string labels, PrometheusFormat format) => Line(text, name, labels, Volatile.Read(ref _last));
}

/// <summary>Counts values by size.</summary>
/// <param name="exemplars">Tells the time of exemplars; null for a histogram without any.</param>
internal sealed class HistogramSeries(IReadOnlyList<double> bounds, TimeProvider? exemplars) : MetricSeries
{
    private static readonly double[] UsualSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly long[] _counts = new long[bounds.Count + 1];
    private readonly Exemplar?[] _latest = exemplars is null ? [] : new Exemplar?[bounds.Count + 1];
    private double _sum;

    /// <summary>The bucket bounds that the instrument asks for, else the usual ones for seconds.</summary>
    public static IReadOnlyList<double> Bounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => advised,
        Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
        _ => UsualSeconds,
    };

    public override void Record(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Count && value > bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _counts[bucket]);
        Add(ref _sum, value);
        if (exemplars is not null && Exemplar.Of(value, exemplars) is { } exemplar)
        {
            Volatile.Write(ref _latest[bucket], exemplar);
        }
    }

    public override void Write(StringBuilder text, string name, string labels, PrometheusFormat format)
    {
        var separator = labels.Length > 0 ? "," : "";
        var below = 0L;
        for (var i = 0; i <= bounds.Count; i++)
        {
            below += Interlocked.Read(ref _counts[i]);
            var bound = i < bounds.Count ? PrometheusNames.Bound(bounds[i], format) : "+Inf";
            var exemplar = format == PrometheusFormat.OpenMetrics && _latest.Length > 0 ? Volatile.Read(ref _latest[i]) : null;
            Line(text, name + "_bucket", $"{labels}{separator}le=\"{bound}\"", below, exemplar);
        }

        Line(text, name + "_sum", labels, Volatile.Read(ref _sum));
        Line(text, name + "_count", labels, below);
    }
}
