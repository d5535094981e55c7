using Preble.Core.Batching;
using Preble.Core.Batching.Costs;

namespace Preble.Core.Tests.Batching.Costs;

/// <summary>Long prompts that arrive beside running streams, in virtual time, on a machine that is not what calibration said.</summary>
public sealed class ItlTargetTests
{
    private const double Target = 0.1;

    private static readonly StepCostModel Calibrated = new(0.005, 1e-3, 1e-7, 3e-3, 1e-6);

    private static readonly WorkerCoreOptions Options = new()
    {
        BlockCount = 4096, ContextTokens = 8192, ItlTargetSeconds = Target, Costs = Calibrated.ToProfile(), ForecastGrowth = true,
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1.5)]
    [InlineData(0.4, 2)]
    public void Long_prompts_keep_to_the_target_whatever_the_machine(double prefill, double decode)
    {
        var worker = Loaded(Options, Calibrated.Scaled(prefill, decode));
        Assert.InRange(VirtualWorker.Percentile(worker.Gaps, 0.99), 0, 2 * Target);

        // The target is used, not only kept: most of the time goes into prefill.
        Assert.InRange(VirtualWorker.Percentile(worker.Gaps, 0.5), Target / 2, Target * 1.2);
    }

    [Fact]
    public void A_fixed_budget_does_not_keep_to_it_which_is_why_there_is_a_target()
    {
        var worker = Loaded(Options with { ItlTargetSeconds = 0 }, Calibrated);
        Assert.True(VirtualWorker.Percentile(worker.Gaps, 0.99) > 4 * Target);
    }

    [Fact]
    public void Without_running_streams_a_prompt_gets_the_whole_step()
    {
        var worker = new VirtualWorker(Options, Calibrated);
        worker.Submit("p", 2000, 5);
        Assert.Equal(Options.StepTokens, worker.Step().PrefillTokens);
    }

    [Fact]
    public void Prefill_never_starves_however_slow_the_decodes()
    {
        var worker = new VirtualWorker(Options with { ItlTargetSeconds = 1e-4 }, Calibrated);
        Start(worker, streams: 4);
        worker.Submit("p", 1600, 5);
        for (var step = 0; step < 100; step++)
        {
            Assert.Equal((Limits.LeastPrefillTokens, 4), (worker.Step().PrefillTokens, 4));
        }

        Assert.Equal(5, worker.Step().Decodes);
    }

    /// <summary>The worked example of docs/batching.md.</summary>
    [Fact]
    public void Several_prompts_share_what_the_target_leaves_and_the_oldest_comes_first()
    {
        var machine = new StepCostModel(0.005, 1e-3, 0, 3e-3, 0);
        var worker = new VirtualWorker(Options with { Costs = machine.ToProfile() }, machine);
        Start(worker, streams: 2);
        worker.Submit("a", 50, 5);
        worker.Submit("b", 100, 5);
        worker.Submit("c", 100, 5);

        Assert.Equal("2 decodes, a 0+50, b 0+39: 100 ms", Describe(worker));
        Assert.Equal("3 decodes, b 39+61, c 0+25: 100 ms", Describe(worker));
        Assert.Equal("4 decodes, c 25+75: 92 ms", Describe(worker));
        Assert.Equal("5 decodes: 20 ms", Describe(worker));
    }

    [Fact]
    public void A_calibration_that_was_disturbed_does_not_stall_prefill_for_long()
    {
        var disturbed = new StepCostModel(0.005, 1e-3, 1e-5, 3e-3, 1e-6);
        var worker = Loaded(Options with { Costs = disturbed.ToProfile() }, Calibrated);
        Assert.InRange(VirtualWorker.Percentile(worker.Gaps, 0.99), 0, 2 * Target);
        Assert.InRange(VirtualWorker.Percentile(worker.Gaps, 0.5), Target / 2, Target * 1.2);
    }

    private static VirtualWorker Loaded(WorkerCoreOptions options, StepCostModel machine)
    {
        var worker = new VirtualWorker(options, machine);
        Start(worker, streams: 6);
        for (var i = 0; i < 20; i++)
        {
            worker.Submit($"long{i}", 2000, 3);
            for (var step = 0; step < 25; step++)
            {
                worker.Step();
            }
        }

        return worker;
    }

    private static string Describe(VirtualWorker worker)
    {
        worker.Step();
        var prefills = worker.LastStep.Where(chunk => chunk.Count > 1).Select(chunk => $", {chunk.Request} {chunk.Start}+{chunk.Count}");
        var decodes = worker.LastStep.Count(chunk => chunk.Count == 1);
        return $"{decodes} decodes{string.Concat(prefills)}: {worker.StepSeconds[^1] * 1000:F0} ms";
    }

    /// <summary>Short prompts with a long output, until all of them decode.</summary>
    private static void Start(VirtualWorker worker, int streams)
    {
        for (var i = 0; i < streams; i++)
        {
            worker.Submit($"stream{i}", 1, 3000);
        }

        worker.Step();
        worker.Gaps.Clear();
    }
}
