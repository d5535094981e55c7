using System.Diagnostics.Metrics;
using Preble.Core;
using Preble.Hosting.Metrics;

namespace Preble.Grains.Tests.Hosting;

/// <summary>The text that Prometheus reads, byte for byte.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new("test");
    private readonly PrometheusText _text;

    public PrometheusTextTests()
    {
        _text = new PrometheusText(_meter);
        _text.Start();
    }

    public void Dispose()
    {
        _text.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Counters_gauges_and_histograms_are_written_in_order_with_help_and_type()
    {
        var counter = _meter.CreateCounter<long>("preble.requests", null, "Requests.");
        counter.Add(2, new("worker", "w1"), new("reason", "stop"));
        counter.Add(3, new("reason", "stop"), new("worker", "w1"));
        _meter.CreateObservableGauge("preble.kv_cache.usage", () => 0.25, null, "Share in use.");
        var histogram = _meter.CreateHistogram(
            "preble.step.duration", "s", "Steps.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        histogram.Record(0.1);
        histogram.Record(0.5);
        histogram.Record(7);
        const string Expected = """
            # HELP preble_kv_cache_usage Share in use.
            # TYPE preble_kv_cache_usage gauge
            preble_kv_cache_usage 0.25
            # HELP preble_requests_total Requests.
            # TYPE preble_requests_total counter
            preble_requests_total{reason="stop",worker="w1"} 5
            # HELP preble_step_duration_seconds Steps.
            # TYPE preble_step_duration_seconds histogram
            preble_step_duration_seconds_bucket{le="0.1"} 1
            preble_step_duration_seconds_bucket{le="1"} 2
            preble_step_duration_seconds_bucket{le="+Inf"} 3
            preble_step_duration_seconds_sum 7.6
            preble_step_duration_seconds_count 3

            """;
        Assert.Equal(Expected, await _text.RenderAsync(PrometheusFormat.Plain, CancellationToken.None));
    }

    [Fact]
    public async Task Label_values_and_help_are_escaped()
    {
        _meter.CreateCounter<long>("c", null, "One \\ and\ntwo").Add(1, new KeyValuePair<string, object?>("model", "a\"b\\c\nd"));
        var text = await _text.RenderAsync(PrometheusFormat.Plain, CancellationToken.None);
        Assert.Contains("# HELP c_total One \\\\ and\\ntwo\n", text, StringComparison.Ordinal);
        Assert.Contains("c_total{model=\"a\\\"b\\\\c\\nd\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_label_values_are_counted_together_past_the_bound()
    {
        var counter = _meter.CreateCounter<long>("c");
        for (var i = 0; i < Limits.MetricSeries + 5; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("who", i));
        }

        var text = await _text.RenderAsync(PrometheusFormat.Plain, CancellationToken.None);
        Assert.Contains("c_total{overflow=\"true\"} 5\n", text, StringComparison.Ordinal);
        Assert.Equal(Limits.MetricSeries + 1, text.Split('\n').Count(line => line.StartsWith("c_total", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_observed_series_that_is_gone_is_written_no_more_and_other_meters_never()
    {
        var workers = new List<Measurement<long>> { new(1, new KeyValuePair<string, object?>("worker", "w0")) };
        _meter.CreateObservableGauge("g", () => workers.ToArray());
        using var other = new Meter("test");
        other.CreateCounter<long>("foreign").Add(1);
        Assert.Contains("g{worker=\"w0\"} 1\n", await _text.RenderAsync(PrometheusFormat.Plain, CancellationToken.None), StringComparison.Ordinal);
        workers.Clear();
        Assert.Equal("", await _text.RenderAsync(PrometheusFormat.Plain, CancellationToken.None));
    }

    [Fact]
    public async Task No_measurement_of_many_threads_is_lost()
    {
        var histogram = _meter.CreateHistogram<double>("h");
        await Parallel.ForAsync(0, 8, (_, _) =>
        {
            for (var i = 0; i < 1000; i++)
            {
                histogram.Record(0.5);
            }

            return ValueTask.CompletedTask;
        });
        var text = await _text.RenderAsync(PrometheusFormat.Plain, CancellationToken.None);
        Assert.Contains("h_sum 4000\nh_count 8000\n", text, StringComparison.Ordinal);
    }
}
