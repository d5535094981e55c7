using Preble.Core.Batching;
using Preble.Core.Engine;

namespace Preble.Actors.Workers;

/// <summary>
/// Measures what an engine's tokens cost on this machine, by running two prompts of different length alone. Run it before the engine serves:
/// the blocks it writes belong to a core of its own, which nobody else knows.
/// </summary>
public static class EngineCalibration
{
    private const int WarmUpTokens = 16;
    private const int ShortTokens = 64;
    private const int LongTokens = 256;
    private const int OutputTokens = 8;

    public static CostProfile Measure(IInferenceEngine engine, WorkerCoreOptions sizes, TimeProvider time)
    {
        var room = Math.Min(sizes.SequenceTokens, sizes.StepTokens) - OutputTokens;
        if (room < LongTokens)
        {
            // Too small to tell the two parts of the cost apart: the whole is said to be linear.
            var (prefill, decode) = Run(engine, sizes, Math.Max(1, room), time);
            return new CostProfile(prefill / Math.Max(1, room), 0, decode);
        }

        Run(engine, sizes, WarmUpTokens, time);
        var (shortPrefill, _) = Run(engine, sizes, ShortTokens, time);
        var (longPrefill, decodeSeconds) = Run(engine, sizes, LongTokens, time);
        return Fit(shortPrefill, longPrefill, decodeSeconds);
    }

    /// <summary>Solves t(n) = n · a + n · n / 2 · b for the two lengths; noise that would make b negative counts as b = 0.</summary>
    private static CostProfile Fit(double shortSeconds, double longSeconds, double decodeSeconds)
    {
        var context = 2 * ((longSeconds / LongTokens) - (shortSeconds / ShortTokens)) / (LongTokens - ShortTokens);
        context = Math.Max(0, context);
        var token = (longSeconds / LongTokens) - (context * LongTokens / 2);
        return new CostProfile(token, context, decodeSeconds);
    }

    private static (double PrefillSeconds, double DecodeSecondsPerToken) Run(
        IInferenceEngine engine, WorkerCoreOptions sizes, int prompt, TimeProvider time)
    {
        var core = new WorkerCore(sizes);
        var tokens = Enumerable.Range(0, prompt).Select(i => i % Math.Min(engine.Shape.VocabularySize, 1000));
        var command = new GenerateCommand(new RequestId("calibration"), [.. tokens], OutputTokens, [], SamplingOptions.Greedy);
        if (core.Submit(command, TimeSpan.Zero) is { } rejection)
        {
            throw new EngineException($"A worker's engine could not be measured: {rejection.Message}");
        }

        var sampled = new int[1];
        var steps = new List<double>();
        while (core.HasWork)
        {
            var plan = core.PlanStep(TimeSpan.Zero);
            var start = time.GetTimestamp();
            engine.Step(plan, sampled);
            steps.Add(time.GetElapsedTime(start).TotalSeconds);
            core.CompleteStep(sampled, TimeSpan.Zero);
        }

        return (steps[0], steps.Skip(1).DefaultIfEmpty(steps[0]).Order().ElementAt((steps.Count - 1) / 2));
    }
}
