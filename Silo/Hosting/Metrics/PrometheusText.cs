using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Preble.Hosting.Metrics;

/// <summary>
/// All instruments of a meter, and of others that are asked for, as text for Prometheus. <see cref="Start"/> it before the first measurement;
/// counters and histograms add up from then on, gauges are read at each <see cref="RenderAsync"/>.
/// </summary>
public sealed class PrometheusText : IDisposable
{
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly MeterListener _listener = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private int _started;

    /// <param name="others">Instruments of other meters that are shown, too; null for none.</param>
    /// <param name="time">Tells when exemplars were; null for the system's clock.</param>
    public PrometheusText(Meter meter, Func<Instrument, bool>? others = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter) || others?.Invoke(instrument) == true)
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, published => MetricFamily.Of(published, time)));
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, labels, family) => Record(family, value, labels));
        _listener.SetMeasurementEventCallback<long>((_, value, labels, family) => Record(family, value, labels));
        _listener.SetMeasurementEventCallback<int>((_, value, labels, family) => Record(family, value, labels));
    }

    public static string ContentType(PrometheusFormat format) => format == PrometheusFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            _listener.Start();
        }
    }

    public async Task<string> RenderAsync(PrometheusFormat format, CancellationToken cancellation)
    {
        Start();

        // Reading the gauges empties and fills them: two scrapes at once would see each other's half.
        await _oneAtATime.WaitAsync(cancellation);
        try
        {
            return Render(format);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _oneAtATime.Dispose();
    }

    private static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        ((MetricFamily)family!).Record(value, labels);

    private string Render(PrometheusFormat format)
    {
        foreach (var family in _families.Values)
        {
            family.BeginReading();
        }

        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException)
        {
            // A gauge that cannot be read is left out; the others have been read, and say more than an error would.
        }

        var text = new StringBuilder();
        foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
        {
            family.Write(text, format);
        }

        return format == PrometheusFormat.OpenMetrics ? text.Append("# EOF\n").ToString() : text.ToString();
    }
}
