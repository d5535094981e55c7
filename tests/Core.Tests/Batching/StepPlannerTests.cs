using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

public sealed class StepPlannerTests
{
    private static readonly WorkerCoreOptions Options = new()
    {
        BlockSize = 4, BlockCount = 16, ContextTokens = 100, StepTokens = 8, RunningSequences = 3, WatermarkShare = 0,
    };

    private readonly WorkerRig _rig = new(Options);

    [Fact]
    public void A_long_prefill_is_cut_by_the_budget_and_samples_only_at_its_end()
    {
        _rig.Submit("a", Tokens(19));
        Assert.Equal(["a 0+8 in 0 1"], Step());
        Assert.Equal(["a 8+8 in 0 1 2 3"], Step());
        Assert.Equal(["a 16+3 samples in 0 1 2 3 4"], Step());
        Assert.Equal(["a 19+1 samples in 0 1 2 3 4"], Step());
    }

    [Fact]
    public void Several_prefills_share_a_step()
    {
        _rig.Submit("a", Tokens(3));
        _rig.Submit("b", Tokens(4, from: 50));
        Assert.Equal(["a 0+3 samples in 0", "b 0+4 samples in 1"], Step());
    }

    [Fact]
    public void What_is_left_of_the_budget_goes_to_the_first_chunk_of_the_next_one()
    {
        _rig.Submit("a", Tokens(3));
        _rig.Submit("b", Tokens(9, from: 50));
        Assert.Equal(["a 0+3 samples in 0", "b 0+5 in 1 2"], Step());
        Assert.Equal(["a 3+1 samples in 0", "b 5+4 samples in 1 2 3"], Step());
    }

    [Fact]
    public void A_running_sequence_comes_before_a_waiting_one()
    {
        _rig.Submit("a", Tokens(3));
        Step();
        _rig.Submit("b", Tokens(30, from: 50));
        Assert.Equal(["a 3+1 samples in 0", "b 0+7 in 1 2"], Step());
    }

    [Fact]
    public void No_more_sequences_run_than_allowed()
    {
        foreach (var request in new[] { "a", "b", "c", "d" })
        {
            _rig.Submit(request, [request[0]], maxOutputTokens: 2);
        }

        Assert.Equal(["a 0+1 samples in 0", "b 0+1 samples in 1", "c 0+1 samples in 2"], Step());
        Step();
        Assert.Equal(["d 0+1 samples in 3"], Step());
    }

    [Fact]
    public void A_prompt_that_does_not_fit_waits_and_those_behind_it_do_not_overtake()
    {
        _rig.Submit("a", Tokens(30), maxOutputTokens: 2);
        _rig.RunSteps(4);
        _rig.Submit("b", Tokens(40, from: 50), maxOutputTokens: 1);
        _rig.Submit("c", [99], maxOutputTokens: 1);
        Assert.Equal(["a 30+1 samples in 0 1 2 3 4 5 6 7"], Step());
        Assert.Equal("b 0+8 in 8 9", Step()[0][..12]);
    }

    [Fact]
    public void The_watermark_keeps_blocks_for_those_who_run()
    {
        var rig = new WorkerRig(Options with { WatermarkShare = 0.25 });
        rig.Submit("a", Tokens(4));
        rig.Step();
        rig.Submit("b", Tokens(44, from: 50));
        rig.Step();
        Assert.Single(rig.LastStep);
        rig.Cancel("b");
        rig.Submit("c", Tokens(40, from: 50));
        rig.Step();
        Assert.Equal(2, rig.LastStep.Count);
    }

    [Fact]
    public void A_sequence_alone_may_have_the_whole_pool()
    {
        var rig = new WorkerRig(Options with { WatermarkShare = 0.9 });
        rig.Submit("a", Tokens(60), maxOutputTokens: 100);
        rig.RunToEnd();
        Assert.Equal(4, rig.TokensOf("a").Count);
        Assert.Equal(FinishReason.Length, rig.Ends[new("a")]);
    }

    [Fact]
    public void Nothing_to_do_gives_an_empty_plan() => Assert.True(_rig.Core.PlanStep(default).IsEmpty);

    private static int[] Tokens(int count, int from = 0) => [.. Enumerable.Range(from, count)];

    private string[] Step()
    {
        _rig.Step();
        return [.. _rig.LastStep.Select(chunk => chunk.ToString())];
    }
}
