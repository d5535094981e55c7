using System.Diagnostics;
using Preble.Actors.Workers;
using Preble.Core;
using Preble.Core.Batching;
using Preble.Core.Batching.Costs;
using Preble.Core.Engine;
using Preble.InferenceNative.Tests.Goldens;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>Running streams on the real model while prompts of 2,000 tokens arrive: what the target inter-token latency is worth.</summary>
public sealed class ItlTargetTests(ITestOutputHelper output)
{
    private const double Target = 0.1;
    private const int Streams = 4;
    private const int PromptTokens = 2000;

    /// <summary>For one prompt: on a machine that does much else the test ends before the prompt does.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    [Fact]
    public void Streams_go_on_within_the_target_while_long_prompts_arrive()
    {
        var model = TestModels.SmolNative;
        var sizes = new WorkerCoreOptions
        {
            BlockCount = 512, ContextTokens = model.Shape.ContextTokens, VocabularySize = model.Shape.VocabularySize, ItlTargetSeconds = Target,
        };
        using var engine = model.CreateEngine(new EngineOptions { BlockCount = sizes.BlockCount });
        var start = Stopwatch.GetTimestamp();
        var costs = EngineCalibration.Measure(engine, sizes with { BlockCount = 64 }, TimeProvider.System);
        var calibrated = Stopwatch.GetElapsedTime(start).TotalSeconds;

        var run = new Run(engine, new WorkerCore(sizes with { Costs = costs }));
        run.StartStreams();
        run.Prefill("first");
        run.Prefill("second");

        var gaps = run.Gaps.Order().ToList();
        Report(FormattableString.Invariant($"calibration {calibrated:F2} s: {costs}"));
        Report(FormattableString.Invariant($"ITL of {Streams} streams while two prompts of {PromptTokens} tokens arrive, target {Target * 1e3:F0} ms: p50 {At(gaps, 0.5) * 1e3:F0} ms, p99 {At(gaps, 0.99) * 1e3:F0} ms, most {gaps[^1] * 1e3:F0} ms over {gaps.Count} gaps; {run.PrefillTokens / run.PrefillSeconds:F0} prompt tokens a second"));

        // What the planner decides does not depend on what else runs on the machine: no step was planned for longer than the target.
        Assert.True(run.PromptSteps > 10, "the prompts were meant to be cut");
        Assert.All(run.Planned, step => Assert.True(step.Seconds <= Target || step.PrefillTokens <= Limits.LeastPrefillTokens, $"{step}"));
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];

    private void Report(string line) => output.WriteLine("measured: " + line);

    private sealed class Run(IInferenceEngine engine, WorkerCore core)
    {
        private readonly int[] _text = SmolGoldens.Greedy.Single(golden => golden.Name == "license-raw").PromptIds;
        private readonly int[] _sampled = new int[Limits.RunningSequences];
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly Dictionary<RequestId, TimeSpan> _last = [];

        public List<double> Gaps { get; } = [];

        public List<(double Seconds, long PrefillTokens)> Planned { get; } = [];

        public int PromptSteps { get; private set; }

        public double PrefillSeconds { get; private set; }

        public long PrefillTokens { get; private set; }

        private TimeSpan Now => Stopwatch.GetElapsedTime(_start);

        public void StartStreams()
        {
            for (var i = 0; i < Streams; i++)
            {
                Submit($"stream{i}", [1 + i, .. _text.AsSpan(0, 30)], 4000);
            }

            for (var step = 0; step < 20; step++)
            {
                Step();
            }

            Gaps.Clear();
        }

        public void Prefill(string id)
        {
            // Shuffled, so that the prompts share nothing.
            var random = new SeededRandom((ulong)id.Length);
            Submit(id, [.. Enumerable.Range(0, PromptTokens).Select(_ => random.Pick(_text))], 2);
            var before = Now;
            while (core.Counters(Now).PendingPrefillTokens > 0 && Now - before < Patience)
            {
                PromptSteps++;
                Step();
            }

            PrefillSeconds += (Now - before).TotalSeconds;
            PrefillTokens += PromptTokens - core.Counters(Now).PendingPrefillTokens;
            core.Cancel(new RequestId(id));
        }

        private void Submit(string id, int[] prompt, int outputTokens) => Assert.Null(
            core.Submit(new GenerateCommand(new RequestId(id), [.. prompt], outputTokens, [], SamplingOptions.Greedy), Now));

        private void Step()
        {
            var predictor = core.Costs.Model!.Current;
            var plan = core.PlanStep(Now);
            var load = StepLoad.Of(plan);
            if (load is { Decodes: > 0, PrefillTokens: > 0 })
            {
                Planned.Add((predictor.Seconds(load), load.PrefillTokens));
            }

            var before = Stopwatch.GetTimestamp();
            engine.Step(plan, _sampled.AsSpan(0, plan.Count));
            var seconds = Stopwatch.GetElapsedTime(before).TotalSeconds;
            foreach (var token in core.CompleteStep(_sampled.AsSpan(0, plan.Count), Now, seconds))
            {
                if (_last.TryGetValue(token.Request, out var last))
                {
                    Gaps.Add((Now - last).TotalSeconds);
                }

                _last[token.Request] = Now;
            }
        }
    }
}
