using Preble.Core.Batching;
using Preble.Core.Batching.Costs;
using Preble.Core.Engine;

namespace Preble.Actors.Workers;

/// <summary>
/// Measures what an engine's steps cost on this machine: chunks of prefill of several lengths after several contexts, and decodes of several
/// batches, then one fit over all of them. Run it before the engine serves: the blocks it writes belong to cores of its own, which nobody else knows.
/// </summary>
public static class EngineCalibration
{
    /// <summary>A series stops before a measurement that would take longer than this altogether.</summary>
    public static readonly TimeSpan LongestSeries = TimeSpan.FromSeconds(5);

    /// <summary>A series that took less is repeated, and the least time of each step counts: what is quick to measure is easily disturbed.</summary>
    private static readonly TimeSpan WorthRepeating = TimeSpan.FromSeconds(0.3);

    /// <summary>A step that took this much longer than all others say was disturbed.</summary>
    private const double Disturbed = 1.5;

    private const int WarmUpTokens = 16;
    private const int MostSeries = 4;
    private const int OutputTokens = 4;

    /// <summary>Where the chunks end: 32 after 0, 64 after 32, 128 after 96 and 256 after 224.</summary>
    private static readonly int[] ChunkEnds = [32, 96, 224, 480];

    private static readonly int[] Batches = [2, 4, 8];

    /// <exception cref="EngineException">The engine failed, or its sizes leave no room for a prompt.</exception>
    public static CostProfile Measure(IInferenceEngine engine, WorkerCoreOptions sizes, TimeProvider time)
    {
        var run = new CalibrationRun(engine, sizes, time);
        run.Prompt(1, WarmUpTokens, outputTokens: 2);
        run.Forget();
        var start = time.GetTimestamp();
        var series = 0;
        do
        {
            RunSeries(run, run.Salt(series));
            series++;
        }
        while (series < MostSeries && time.GetElapsedTime(start) < WorthRepeating);

        return Fit(run.Samples());
    }

    private static void RunSeries(CalibrationRun run, int salt)
    {
        var spent = 0.0;
        var (longest, perToken) = (0, 0.0);
        foreach (var end in ChunkEnds)
        {
            // A longer chunk costs a token no less: what the last one cost bounds the next from below, and twice it from above.
            if (end > run.LongestPrompt || spent + (2 * perToken * (end - longest)) > LongestSeries.TotalSeconds)
            {
                break;
            }

            var seconds = run.Prompt(salt, end, OutputTokens);
            (spent, perToken, longest) = (spent + seconds, seconds / (end - longest + OutputTokens), end);
        }

        if (longest == 0)
        {
            longest = Math.Max(1, Math.Min(WarmUpTokens, run.LongestPrompt));
            spent += run.Prompt(salt, longest, OutputTokens);
        }

        foreach (var batch in Batches)
        {
            if (batch > run.LargestBatch || 2 * spent > LongestSeries.TotalSeconds)
            {
                break;
            }

            spent += run.Batch(salt, longest + 1, batch, OutputTokens);
        }
    }

    /// <summary>Fits all steps, then those again that did not take far longer than that: something else ran on the machine just then.</summary>
    private static CostProfile Fit(CostSample[] samples)
    {
        if (CostFit.Fit(samples) is not { } first)
        {
            return new StepCostModel(0, 0, 0, 0, 0).ToProfile();
        }

        CostSample[] undisturbed = [.. samples.Where(sample => sample.Seconds < Disturbed * first.Seconds(sample.Load))];
        return (undisturbed.Length < samples.Length / 2 ? first : CostFit.Fit(undisturbed) ?? first).ToProfile();
    }
}
