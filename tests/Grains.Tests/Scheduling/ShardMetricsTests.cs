using System.Diagnostics.Metrics;
using Preble.Actors.Telemetry;

namespace Preble.Grains.Tests.Scheduling;

/// <summary>The shards of a model are one scheduler to who looks at the metrics.</summary>
public sealed class ShardMetricsTests
{
    [Fact]
    public void Sums_add_up_and_no_worker_is_counted_twice()
    {
        using var meter = new Meter("shards");
        var instruments = new SchedulerInstruments(meter);
        instruments.Show(Fleet("a", 10, "w0", "w1"), 1, shard: 0);
        instruments.Show(Fleet("a", 20, "w0", "w1"), 2, shard: 1);
        instruments.Show(Fleet("b", 5, "w2"), 0);
        var values = Read(meter);
        Assert.Equal((2, 1), (values[(InstrumentNames.WorkersHealthy, "a")], values[(InstrumentNames.WorkersHealthy, "b")]));
        Assert.Equal((30, 5), (values[(InstrumentNames.IndexedBlocks, "a")], values[(InstrumentNames.IndexedBlocks, "b")]));
        Assert.Equal(3, values[(InstrumentNames.PlacementsQueued, "a")]);

        instruments.Hide(new ModelId("a"), shard: 0);
        Assert.Equal((2, 20), (Read(meter)[(InstrumentNames.WorkersHealthy, "a")], Read(meter)[(InstrumentNames.IndexedBlocks, "a")]));
    }

    private static FleetOverview Fleet(string model, long blocks, params string[] workers) =>
        new(new ModelId(model), [.. workers.Select(id => new WorkerOverview(new WorkerId(id), true, 0, 0, null))], blocks, [], 0);

    private static Dictionary<(string Instrument, string? Model), long> Read(Meter meter)
    {
        var values = new Dictionary<(string, string?), long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, itself) =>
        {
            if (instrument.Meter == meter)
            {
                itself.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => values.Add((instrument.Name, (string?)tags[0].Value), value));
        listener.Start();
        listener.RecordObservableInstruments();
        return values;
    }
}
