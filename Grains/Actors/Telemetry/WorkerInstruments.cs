using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Preble.Core.Engine;

namespace Preble.Actors.Telemetry;

/// <summary>What the workers of this process count and measure. One object for the process; shared by all threads.</summary>
public sealed class WorkerInstruments
{
    private static readonly double[] StepSeconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
    private static readonly double[] TransferSeconds = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];
    private static readonly double[] QueueSeconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60];

    private readonly ConcurrentDictionary<WorkerId, WorkerStatus> _workers = new();
    private readonly Histogram<double> _step;
    private readonly Histogram<double> _queue;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _hostSaved;
    private readonly Counter<long> _hostLoaded;
    private readonly Counter<long> _hostFailed;
    private readonly Counter<long> _copied;
    private readonly Histogram<double> _transfer;
    private readonly Counter<long> _slowReaders;

    public WorkerInstruments(Meter meter)
    {
        _step = meter.CreateHistogram(
            InstrumentNames.StepDuration, "s", "Time of one forward pass.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = StepSeconds });
        _queue = meter.CreateHistogram(
            InstrumentNames.QueueDuration, "s", "Time from arrival at the worker until the first step.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = QueueSeconds });
        _hostSaved = meter.CreateCounter<long>(InstrumentNames.HostSavedBlocks, null, "Evicted blocks that the host tier has taken.");
        _hostLoaded = meter.CreateCounter<long>(InstrumentNames.HostLoadedBlocks, null, "Blocks that came back from the host tier.");
        _hostFailed = meter.CreateCounter<long>(
            InstrumentNames.HostFailedBlocks, null, "Blocks that the host tier could not take, or did not give back as they were.");
        _copied = meter.CreateCounter<long>(InstrumentNames.CopiedBlocks, null, "Blocks copied because only their beginning is shared.");
        _transfer = meter.CreateHistogram(
            InstrumentNames.TransferDuration, "s", "Time of moving blocks before a step; steps without any are not counted.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = TransferSeconds });
        _failures = meter.CreateCounter<long>(InstrumentNames.EngineFailures, null, "Engines that failed and were replaced.");
        _slowReaders = meter.CreateCounter<long>(InstrumentNames.SlowReaders, null, "Streams cut because nobody read them.");
        Gauge(meter, InstrumentNames.RequestsRunning, "Requests that hold blocks.", status => status.RunningRequests);
        Gauge(meter, InstrumentNames.RequestsWaiting, "Requests accepted and not yet started.", status => status.WaitingRequests);
        Gauge(
            meter, InstrumentNames.KvCacheUsage, "Share of the blocks that sequences or pins hold.",
            status => Share(status.TotalBlocks - status.FreeBlocks, status.TotalBlocks));
        Count(meter, InstrumentNames.PrefixCacheQueries, "Prompt tokens admitted.", status => status.PromptTokensTotal);
        Count(meter, InstrumentNames.PrefixCacheHits, "Prompt tokens found cached.", status => status.CachedTokensTotal);
        Count(meter, InstrumentNames.OutputTokens, "Tokens generated.", status => status.OutputTokensTotal);
        Count(meter, InstrumentNames.Preemptions, "Sequences that gave their blocks back.", status => status.PreemptionsTotal);
        Count(meter, InstrumentNames.EvictedBlocks, "Cached blocks forgotten for others.", status => status.EvictedBlocksTotal);
        Estimates(meter);
        Speculation(meter);
        HostTier(meter);
    }

    public void Stepped(WorkerId worker, double seconds) => _step.Record(seconds, Label(worker));

    /// <summary>What was moved before a step, and how long that took.</summary>
    public void Moved(WorkerId worker, in BlockMoves moves, double seconds)
    {
        var label = Label(worker);
        _hostSaved.Add(moves.Saved, label);
        _hostLoaded.Add(moves.Loaded, label);
        _hostFailed.Add(moves.Failed, label);
        _copied.Add(moves.Copied, label);
        _transfer.Record(seconds, label);
    }

    public void Queued(WorkerId worker, double seconds) => _queue.Record(seconds, Label(worker));

    public void Failed(WorkerId worker) => _failures.Add(1, Label(worker));

    public void CutOff(WorkerId worker) => _slowReaders.Add(1, Label(worker));

    /// <summary>Shows the worker as it is now until the next call.</summary>
    public void Show(WorkerStatus status)
    {
        if (!_workers.ContainsKey(status.Worker))
        {
            // From nothing to one is no increase to whoever watches for one; from zero to one is.
            _failures.Add(0, Label(status.Worker));
            _slowReaders.Add(0, Label(status.Worker));
        }

        _workers[status.Worker] = status;
    }

    /// <summary>The worker has ended: it is no longer shown.</summary>
    public void Hide(WorkerId worker) => _workers.TryRemove(worker, out _);

    private static KeyValuePair<string, object?> Label(WorkerId worker) => new(InstrumentNames.WorkerLabel, worker.Value);

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;

    private void Estimates(Meter meter)
    {
        Gauge(meter, InstrumentNames.WorkerDraining, "1 while a worker takes nothing new.", status => status.Draining ? 1 : 0);
        Gauge(meter, InstrumentNames.DrainSeconds, "Estimated time until all that was accepted has ended.", status => status.DrainSeconds, "s");
        Gauge(meter, InstrumentNames.DecodeStepSeconds, "Mean time of a step that only decoded, in 30 s.", status => status.DecodeStepSeconds, "s");
        Gauge(meter, InstrumentNames.PrefillStepSeconds, "Mean time of a step with prefill, in 30 s.", status => status.PrefillStepSeconds, "s");
        Gauge(meter, InstrumentNames.CostPrefill, "A token of prefill, as measured of late.", status => status.Costs?.PrefillSecondsPerToken ?? 0, "s");
        Gauge(meter, InstrumentNames.CostDecode, "A token decoded alone, as measured of late.", status => status.Costs?.DecodeSecondsPerToken ?? 0, "s");
        meter.CreateObservableGauge(
            InstrumentNames.QueueDelay, ObserveDelays, "s", "Mean time from arrival to first admission in 30 s, by cached tenth of the prompt.");
    }

    private void Speculation(Meter meter)
    {
        Count(meter, InstrumentNames.DraftedTokens, "Output tokens that were guessed ahead.", status => status.DraftedTokensTotal);
        Count(meter, InstrumentNames.AcceptedTokens, "Guessed output tokens that were right.", status => status.AcceptedTokensTotal);
    }

    private void HostTier(Meter meter)
    {
        Gauge(meter, InstrumentNames.HostBlocks, "Blocks that the host tier holds.", status => status.HostBlocks);
        Gauge(
            meter, InstrumentNames.HostUsage, "Share of the host tier in use.", status => Share(status.HostBlocks, status.HostCapacityBlocks));
        Count(meter, InstrumentNames.HostHits, "Prompt tokens that came back from the host tier.", status => status.HostHitTokensTotal);
        Gauge(meter, InstrumentNames.PinnedBlocks, "Cached blocks that requests have pinned.", status => status.PinnedBlocks);
        Count(meter, InstrumentNames.PartialTokens, "Prompt tokens shared from a part of a block.", status => status.PartialTokensTotal);
    }

    private IEnumerable<Measurement<double>> ObserveDelays() =>
        from status in _workers.Values
        from delay in status.QueueSecondsByGroup.Select((seconds, index) => (seconds, index))
        select new Measurement<double>(
            delay.seconds, Label(status.Worker), new(InstrumentNames.GroupLabel, delay.index.ToString(CultureInfo.InvariantCulture)));

    private void Gauge(Meter meter, string name, string description, Func<WorkerStatus, double> value, string? unit = null) =>
        meter.CreateObservableGauge(name, () => Observe(value), unit, description);

    private void Count(Meter meter, string name, string description, Func<WorkerStatus, long> value) =>
        meter.CreateObservableCounter(name, () => Observe(value), null, description);

    private IEnumerable<Measurement<T>> Observe<T>(Func<WorkerStatus, T> value)
        where T : struct =>
        _workers.Values.Select(status => new Measurement<T>(value(status), Label(status.Worker)));
}
