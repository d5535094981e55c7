namespace Preble.Core.Batching.Costs;

/// <summary>What a worker knows of time: its cost model, its forecast of growth, and the windows of what it has seen. Owned by its core.</summary>
public sealed class WorkerCosts
{
    private readonly WorkerCoreOptions _options;
    private readonly MeanWindow _decodeSteps = new();
    private readonly MeanWindow _prefillSteps = new();

    public WorkerCosts(WorkerCoreOptions options)
    {
        _options = options;
        Model = options.Costs is { } costs ? new OnlineCostModel(StepCostModel.From(costs)) : null;
        Delays = new QueueDelays(options.PriorityGroups);
        Forecast = new BlockForecast(options, new OutputForecast());
    }

    /// <summary>What steps cost; null when nothing was ever measured.</summary>
    public OnlineCostModel? Model { get; }

    public BlockForecast Forecast { get; }

    public QueueDelays Delays { get; }

    /// <summary>A sequence was admitted for the first time.</summary>
    public void Admitted(Sequence sequence, TimeSpan now) =>
        Delays.Add(sequence.QueueSeconds, sequence.PromptLength, sequence.CachedCount, now);

    /// <summary>A step took so long; 0 when nobody has measured it.</summary>
    public void Completed(StepPlan plan, double seconds, TimeSpan now)
    {
        if (!(seconds > 0))
        {
            return;
        }

        var load = StepLoad.Of(plan);
        Model?.Observe(load, seconds);
        (load.HasPrefill ? _prefillSteps : _decodeSteps).Add(seconds, now);
    }

    public double DecodeStepSeconds(TimeSpan now) => _decodeSteps.Mean(now);

    public double PrefillStepSeconds(TimeSpan now) => _prefillSteps.Mean(now);

    /// <summary>Seconds until all of them have ended; 0 when costs are not known.</summary>
    public double DrainSeconds(Dictionary<RequestId, Sequence>.ValueCollection sequences)
    {
        if (Model is null)
        {
            return 0;
        }

        var estimate = new DrainEstimate(_options, Model.Current);
        foreach (var sequence in sequences)
        {
            estimate.Add(sequence, Forecast.RemainingTokens(sequence));
        }

        return estimate.Seconds;
    }
}
