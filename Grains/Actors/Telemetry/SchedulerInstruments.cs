using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Preble.Actors.Telemetry;

/// <summary>What the schedulers of this process count and measure. One object for the process; shared by all threads.</summary>
public sealed class SchedulerInstruments
{
    private static readonly double[] Seconds = [0.000005, 0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.005, 0.02];

    private readonly ConcurrentDictionary<ModelId, FleetOverview> _fleets = new();
    private readonly ConcurrentDictionary<ModelId, int> _queued = new();
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
            InstrumentNames.IndexedBlocks, () => Observe(fleet => fleet.IndexedBlocks), null, "Blocks the prefix index knows.");
        meter.CreateObservableGauge(
            InstrumentNames.IndexBytes, () => Observe(fleet => fleet.IndexBytes), "By", "Memory that the prefix index takes, about.");
        meter.CreateObservableGauge(
            InstrumentNames.PlacementsQueued, () => Observe(fleet => _queued.GetValueOrDefault(fleet.Model)), "{request}",
            "Requests that wait at the scheduler, for every worker is full.");
        meter.CreateObservableGauge(
            InstrumentNames.WorkersHealthy, () => Observe(fleet => fleet.Workers.Count(worker => worker.Healthy)), null,
            "Workers that take requests.");
    }

    public void Placed(ModelId model, PlacementResult result, double seconds)
    {
        var reason = result.Ticket?.Reason.ToString() ?? result.Rejection?.Reason.ToString();
        var counter = result.Ticket is null ? _rejections : _decisions;
        counter.Add(1, new(InstrumentNames.ModelLabel, model.Value), new(InstrumentNames.ReasonLabel, reason?.ToLowerInvariant()));
        _duration.Record(seconds, new KeyValuePair<string, object?>(InstrumentNames.ModelLabel, model.Value));
    }

    public void Lost(ModelId model) => _lost.Add(1, new KeyValuePair<string, object?>(InstrumentNames.ModelLabel, model.Value));

    /// <summary>Shows the fleet as it is now until the next call.</summary>
    public void Show(FleetOverview fleet, int queuedRequests)
    {
        _fleets[fleet.Model] = fleet;
        _queued[fleet.Model] = queuedRequests;
    }

    /// <summary>The scheduler has ended: its fleet is no longer shown.</summary>
    public void Hide(ModelId model)
    {
        _fleets.TryRemove(model, out _);
        _queued.TryRemove(model, out _);
    }

    private IEnumerable<Measurement<long>> Observe(Func<FleetOverview, long> value) =>
        from fleet in _fleets.Values
        select new Measurement<long>(value(fleet), new KeyValuePair<string, object?>(InstrumentNames.ModelLabel, fleet.Model.Value));
}
