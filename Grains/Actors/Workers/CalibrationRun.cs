using Preble.Core.Batching;
using Preble.Core.Batching.Costs;
using Preble.Core.Engine;

namespace Preble.Actors.Workers;

/// <summary>
/// Runs prompts on an engine through a core of its own and keeps what each step took. A prompt that continues an earlier one finds it cached, so that
/// its chunk is measured after a context that was really computed.
/// </summary>
internal sealed class CalibrationRun
{
    private readonly IInferenceEngine _engine;
    private readonly TimeProvider _time;
    private readonly WorkerCore _core;
    private readonly BlockMover _mover;
    private readonly int _vocabulary;
    private readonly int[] _sampled;
    private readonly Dictionary<StepLoad, double> _seconds = [];
    private int _requests;

    public CalibrationRun(IInferenceEngine engine, WorkerCoreOptions sizes, TimeProvider time)
    {
        (_engine, _time) = (engine, time);
        _core = new WorkerCore(sizes with { Costs = null, ForecastGrowth = false, HostSlots = 0, SpeculateTokens = 0 });
        _mover = new BlockMover(engine, host: null);
        _vocabulary = Math.Min(engine.Shape.VocabularySize, 1000);
        _sampled = new int[sizes.RunningSequences];
        LongestPrompt = Math.Min(sizes.SequenceTokens, sizes.StepTokens) - 8;
        LargestBatch = Math.Min(sizes.RunningSequences, sizes.BlockCount / 4);
    }

    /// <summary>The longest prompt that is one chunk and leaves room for some output.</summary>
    public int LongestPrompt { get; }

    public int LargestBatch { get; }

    /// <summary>A number for each series, so that its prompts differ from those of the others from the first token on.</summary>
    public int Salt(int series) => (series + 1) * 7919 % Math.Max(1, _vocabulary);

    /// <summary>The least that each kind of step took.</summary>
    public CostSample[] Samples() => [.. _seconds.Select(pair => new CostSample(pair.Key, pair.Value))];

    /// <summary>Forgets what was measured: it was to warm up.</summary>
    public void Forget() => _seconds.Clear();

    /// <summary>Runs a prompt alone to its end; returns the seconds it took.</summary>
    public double Prompt(int salt, int promptTokens, int outputTokens)
    {
        Submit(salt, promptTokens, ending: 0, outputTokens);
        return RunToEnd();
    }

    /// <summary>Runs a batch of prompts that differ in their last token only; returns the seconds it took.</summary>
    public double Batch(int salt, int promptTokens, int batch, int outputTokens)
    {
        for (var i = 0; i < batch; i++)
        {
            Submit(salt, promptTokens, ending: i, outputTokens);
        }

        return RunToEnd();
    }

    private void Submit(int salt, int promptTokens, int ending, int outputTokens)
    {
        int[] prompt = [.. Enumerable.Range(salt, Math.Max(1, promptTokens)).Select(i => i % _vocabulary)];
        prompt[^1] = (prompt[^1] + ending) % _vocabulary;
        var command = new GenerateCommand(
            new RequestId($"calibration-{_requests++}"), [.. prompt], outputTokens, [], SamplingOptions.Greedy);
        if (_core.Submit(command, TimeSpan.Zero) is { } rejection)
        {
            throw new EngineException($"A worker's engine could not be measured: {rejection.Message}");
        }
    }

    private double RunToEnd()
    {
        var total = 0.0;
        while (_core.HasWork)
        {
            var plan = _core.PlanStep(TimeSpan.Zero);
            _mover.Move(plan, _core);
            if (plan.IsEmpty)
            {
                continue;
            }

            var load = StepLoad.Of(plan);
            var start = _time.GetTimestamp();
            _engine.Step(plan, _sampled.AsSpan(0, plan.Count));
            var seconds = _time.GetElapsedTime(start).TotalSeconds;
            _core.CompleteStep(_sampled.AsSpan(0, plan.Count), TimeSpan.Zero);
            total += seconds;
            if (seconds > 0)
            {
                _seconds[load] = Math.Min(seconds, _seconds.GetValueOrDefault(load, double.MaxValue));
            }
        }

        return total;
    }
}
