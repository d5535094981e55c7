using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Preble.Hosting.Metrics;

/// <summary>
/// All instruments of one meter as Prometheus text (exposition format 0.0.4). <see cref="Start"/> it before the first measurement;
/// counters and histograms add up from then on, gauges are read at each <see cref="RenderAsync"/>.
/// </summary>
public sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly MeterListener _listener = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private int _started;

    public PrometheusText(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, MetricFamily.Of));
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, labels, family) => Record(family, value, labels));
        _listener.SetMeasurementEventCallback<long>((_, value, labels, family) => Record(family, value, labels));
        _listener.SetMeasurementEventCallback<int>((_, value, labels, family) => Record(family, value, labels));
    }

    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            _listener.Start();
        }
    }

    public async Task<string> RenderAsync(CancellationToken cancellation)
    {
        Start();

        // Reading the gauges empties and fills them: two scrapes at once would see each other's half.
        await _oneAtATime.WaitAsync(cancellation);
        try
        {
            return Render();
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

    private string Render()
    {
        foreach (var family in _families.Values)
        {
            family.BeginReading();
        }

        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
        {
            family.Write(text);
        }

        return text.ToString();
    }
}
