namespace Preble.Simulation;

/// <summary>What one policy came to. All in virtual time but the last two, which are of the machine that ran it.</summary>
internal sealed class RunFigures(string policy, double ttftSlo, int workers)
{
    private readonly List<double> _endToEnd = [];
    private readonly List<double> _ttft = [];
    private readonly List<double> _tpot = [];
    private readonly SortedDictionary<PlacementReason, long> _reasons = [];
    private long _finished;
    private long _promptTokens;
    private long _cachedTokens;
    private long _outputTokens;
    private long _withinSlo;
    private long _decisions;
    private TimeSpan _deciding;
    private TimeSpan _first = TimeSpan.MaxValue;
    private TimeSpan _last;

    public string Policy => policy;

    public long Ended => _finished + RefusedCount;

    public long RefusedCount { get; private set; }

    /// <summary>Events until the last request had ended: what a run is made of.</summary>
    public long Events { get; set; }

    /// <summary>Requests that went on elsewhere because their worker was lost.</summary>
    public long MovedCount { get; private set; }

    public Figure EndToEnd { get; private set; }

    public Figure Ttft { get; private set; }

    public Figure Tpot { get; private set; }

    /// <summary>From the first arrival to the last end.</summary>
    public double Seconds => Math.Max(1e-9, (_last - _first).TotalSeconds);

    public double RequestsPerSecond => _finished / Seconds;

    public double OutputTokensPerSecond => _outputTokens / Seconds;

    /// <summary>Share of the prompt tokens that were found cached.</summary>
    public double HitRatio => _promptTokens == 0 ? 0 : (double)_cachedTokens / _promptTokens;

    /// <summary>The busiest worker's time in steps over the mean.</summary>
    public double Imbalance { get; private set; }

    /// <summary>Mean share of the run's time that workers spent in steps.</summary>
    public double Busy { get; private set; }

    public long Preemptions { get; private set; }

    /// <summary>Share of all requests whose first token came in time; null without a target.</summary>
    public double? SloShare => ttftSlo > 0 ? (double)_withinSlo / Math.Max(1, Ended) : null;

    public IReadOnlyDictionary<PlacementReason, long> Reasons => _reasons;

    /// <summary>Wall time of a placement decision.</summary>
    public double SchedulerMicroseconds => _deciding.TotalMicroseconds / Math.Max(1, _decisions);

    public double WallSeconds { get; private set; }

    /// <summary>Requests in flight on each worker, by the seconds that they were there, over time.</summary>
    public TimeBuckets Load { get; } = new(workers);

    /// <summary>Over time, by when requests ended: row 0 is the prompt tokens found cached, row 1 all of them.</summary>
    public TimeBuckets Hits { get; } = new(2);

    public void Placed(TimeSpan took)
    {
        _decisions++;
        _deciding += took;
    }

    public void Chosen(PlacementReason reason) => _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;

    public void Finished(SimulatedRequest request, TimeSpan now)
    {
        var ttft = (request.FirstToken!.Value - request.Arrival).TotalSeconds;
        var total = (now - request.Arrival).TotalSeconds;
        _finished++;
        _endToEnd.Add(total);
        _ttft.Add(ttft);
        if (request.OutputTokens > 1)
        {
            _tpot.Add((total - ttft) / (request.OutputTokens - 1));
        }

        _withinSlo += ttft <= ttftSlo ? 1 : 0;
        _promptTokens += request.PromptTokens;
        _cachedTokens += request.CachedTokens;
        _outputTokens += request.OutputTokens;
        Hits.Add(0, now, request.CachedTokens);
        Hits.Add(1, now, request.PromptTokens);
        _first = request.Arrival < _first ? request.Arrival : _first;
        _last = now > _last ? now : _last;
    }

    /// <summary>A worker has ended a step, with so many requests in flight.</summary>
    public void Stepped(int worker, double seconds, int requests, TimeSpan now) => Load.Add(worker, now, seconds * requests);

    public void Refused() => RefusedCount++;

    public void Moved() => MovedCount++;

    public void Close(SimulatedFleet fleet, double wallSeconds)
    {
        (EndToEnd, Ttft, Tpot) = (Figure.Of(_endToEnd), Figure.Of(_ttft), Figure.Of(_tpot));
        var mean = fleet.Workers.Average(worker => worker.BusySeconds);
        Imbalance = mean > 0 ? fleet.Workers.Max(worker => worker.BusySeconds) / mean : 1;
        Busy = mean / Seconds;
        Preemptions = fleet.Workers.Sum(worker => worker.Preemptions);
        WallSeconds = wallSeconds;
    }
}

/// <summary>Seconds: mean, median and 99th percentile, exact, by nearest rank.</summary>
internal readonly record struct Figure(double Mean, double P50, double P99)
{
    private const int Steps = 200;

    /// <summary>The 0th, 0.5th, 1st … 100th percentile; empty when there was nothing.</summary>
    public IReadOnlyList<double> Quantiles { get; private init; } = [];

    /// <summary>Sorts the samples and lets go of them.</summary>
    public static Figure Of(List<double> samples)
    {
        samples.Sort();
        var figure = samples.Count == 0 ? new Figure(0, 0, 0) : new Figure(samples.Average(), Rank(samples, 0.5), Rank(samples, 0.99))
        {
            Quantiles = [.. Enumerable.Range(0, Steps + 1).Select(step => Rank(samples, (double)step / Steps))],
        };
        samples.Clear();
        samples.TrimExcess();
        return figure;
    }

    public override string ToString() => FormattableString.Invariant($"{Mean:R} {P50:R} {P99:R}");

    private static double Rank(List<double> sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
}
