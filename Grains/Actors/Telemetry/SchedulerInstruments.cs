using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Preble.Actors.Telemetry;

/// <summary>What the schedulers of this process count and measure. One object for the process; shared by all threads.</summary>
public sealed class SchedulerInstruments
{
    private static readonly double[] Seconds = [0.000005, 0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.005, 0.02];

    private readonly ConcurrentDictionary<(ModelId Model, int Shard), (FleetOverview Fleet, int Queued)> _shards = new();
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _rejections;
    private readonly Counter<long> _lost;
    private readonly Histogram<double> _duration;

    public SchedulerInstruments(Meter meter)
    {
        _decisions = meter.CreateCounter<long>(InstrumentNames.PlacementDecisions, null, "Requests placed, by the rule that chose.");
        _rejections = meter.CreateCounter<long>(InstrumentNames.PlacementRejections, null, "Requests the scheduler refused.");
        _lost = meter.CreateCounter<long>(InstrumentNames.WorkersLost, null, "Workers given up, silent or broken.");
        _duration = meter.CreateHistogram(
            InstrumentNames.PlacementDuration, "s", "Time of one placement decision.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        meter.CreateObservableGauge(
            InstrumentNames.IndexedBlocks, () => Sum(shard => shard.Fleet.IndexedBlocks), null, "Blocks the prefix index knows.");
        meter.CreateObservableGauge(
            InstrumentNames.IndexBytes, () => Sum(shard => shard.Fleet.IndexBytes), "By", "Memory that the prefix index takes, about.");
        meter.CreateObservableGauge(
            InstrumentNames.PlacementsQueued, () => Sum(shard => shard.Queued), "{request}",
            "Requests that wait at the scheduler, for every worker is full.");
        meter.CreateObservableGauge(
            InstrumentNames.WorkersHealthy, () => Observe(HealthyWorkers), null,
            "Workers that take requests.");
    }

    public void Placed(ModelId model, PlacementResult result, double seconds)
    {
        var reason = result.Ticket?.Reason.ToString() ?? result.Rejection?.Reason.ToString();
        var counter = result.Ticket is null ? _rejections : _decisions;
        counter.Add(1, new(InstrumentNames.ModelLabel, model.Value), new(InstrumentNames.ReasonLabel, Spelled(reason)));
        _duration.Record(seconds, new KeyValuePair<string, object?>(InstrumentNames.ModelLabel, model.Value));
    }

    /// <summary>A reason's name as labels and spans have it.</summary>
    internal static string? Spelled(string? reason) => reason?.ToLowerInvariant();

    public void Lost(ModelId model) => _lost.Add(1, new KeyValuePair<string, object?>(InstrumentNames.ModelLabel, model.Value));

    /// <summary>Shows the fleet as it is now until the next call; the shards of a model are shown as one.</summary>
    public void Show(FleetOverview fleet, int queuedRequests, int shard = 0)
    {
        if (!_shards.ContainsKey((fleet.Model, shard)))
        {
            // From nothing to one is no increase to whoever watches for one; from zero to one is.
            _lost.Add(0, new KeyValuePair<string, object?>(InstrumentNames.ModelLabel, fleet.Model.Value));
        }

        _shards[(fleet.Model, shard)] = (fleet, queuedRequests);
    }

    /// <summary>The scheduler has ended: its fleet is no longer shown.</summary>
    public void Hide(ModelId model, int shard = 0) => _shards.TryRemove((model, shard), out _);

    /// <summary>Every shard knows every worker.</summary>
    private static long HealthyWorkers(IEnumerable<(FleetOverview Fleet, int Queued)> shards) =>
        shards.SelectMany(shard => shard.Fleet.Workers).Where(worker => worker.Healthy).DistinctBy(worker => worker.Worker).Count();

    private IEnumerable<Measurement<long>> Sum(Func<(FleetOverview Fleet, int Queued), long> value) =>
        Observe(shards => shards.Sum(value));

    private IEnumerable<Measurement<long>> Observe(Func<IEnumerable<(FleetOverview Fleet, int Queued)>, long> value) =>
        from shard in _shards
        group shard.Value by shard.Key.Model into model
        select new Measurement<long>(value(model), new KeyValuePair<string, object?>(InstrumentNames.ModelLabel, model.Key.Value));
}
