using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

public sealed class PrefixReuseTests
{
    private static readonly WorkerCoreOptions Options = new()
    {
        BlockSize = 4, BlockCount = 32, ContextTokens = 100, StepTokens = 8, RunningSequences = 8, WatermarkShare = 0,
    };

    private readonly WorkerRig _rig = new(Options);

    [Theory]
    [InlineData(7, 6)]
    [InlineData(8, 7)]
    [InlineData(9, 8)]
    public void A_prompt_seen_before_is_cached_token_by_token_but_never_whole(int length, int cached)
    {
        var prompt = Tokens(length);
        _rig.Submit("a", prompt);
        _rig.RunToEnd();
        _rig.Submit("b", prompt);
        _rig.Step();
        Assert.Equal(cached, _rig.LastStep[0].Start);
        Assert.Equal(length - cached, _rig.LastStep[0].Count);
        _rig.RunToEnd();
        Assert.Equal(cached, _rig.Outputs[^1].CachedTokens);
        Assert.Equal(_rig.TokensOf("a"), _rig.TokensOf("b"));
    }

    [Fact]
    public void The_output_of_one_turn_is_cached_for_the_next()
    {
        _rig.Submit("a", Tokens(6), maxOutputTokens: 7);
        _rig.RunToEnd();
        int[] conversation = [.. Tokens(6), .. _rig.TokensOf("a"), 77];
        _rig.Submit("b", conversation);
        _rig.Step();

        // Of 13 tokens 12 were computed: the last one was sampled only.
        Assert.Equal(12, _rig.LastStep[0].Start);
    }

    [Fact]
    public void Blocks_computed_by_a_chunk_are_shared_before_the_prefill_has_ended()
    {
        _rig.Submit("a", Tokens(30));
        _rig.Step();
        Assert.Equal(2, _rig.Core.Counters(_rig.Now).CachedBlocks);
    }

    [Fact]
    public void Equal_prompts_that_arrive_together_are_computed_once()
    {
        _rig.Submit("a", Tokens(18));
        _rig.Submit("b", Tokens(18));
        _rig.Submit("c", Tokens(18));
        Assert.Equal(["a 0+8 in 0 1"], Step());
        Assert.Equal(["a 8+8 in 0 1 2 3"], Step());
        Assert.Equal(
            ["a 16+2 samples in 0 1 2 3 4", "b 16+2 samples in 0 1 2 3 5", "c 16+2 samples in 0 1 2 3 6"],
            Step());
        _rig.RunToEnd();
        Assert.Equal(_rig.TokensOf("a"), _rig.TokensOf("b"));
    }

    [Fact]
    public void A_follower_starts_as_soon_as_the_common_part_is_computed()
    {
        _rig.Submit("leader", Tokens(40));
        _rig.Submit("follower", [.. Tokens(8), 90, 91]);
        Step();
        Assert.Equal(["leader 8+8 in 0 1 2 3"], Step());
        _rig.Submit("other", [80]);

        // The leader takes the whole budget while it prefills; the two start together in its last step.
        _rig.RunSteps(2);
        Assert.Equal(["leader 32+8 samples in 0 1 2 3 4 5 6 7 8 9"], Step());
        Assert.Equal(["leader 40+1 samples", "follower 8+2 samples", "other 0+1 samples"], Step().Select(BeforeBlocks));
    }

    [Fact]
    public void Others_may_go_before_a_request_that_waits_for_a_shared_block()
    {
        _rig.Submit("a", Tokens(6));
        _rig.Submit("b", Tokens(6));
        _rig.Submit("c", [90]);
        Assert.Equal(["a 0+6 samples", "c 0+1 samples"], Step().Select(BeforeBlocks));
        Assert.Equal(["a 6+1 samples", "c 1+1 samples", "b 5+1 samples"], Step().Select(BeforeBlocks));
    }

    [Fact]
    public void A_younger_sequence_that_went_first_is_not_held_up_by_the_prefill_of_an_older_one()
    {
        _rig.Submit("a", Tokens(6), maxOutputTokens: 9);
        _rig.Submit("b", Tokens(40), maxOutputTokens: 9);
        _rig.Submit("c", [90], maxOutputTokens: 9);
        Assert.Equal(["a 0+6 samples", "c 0+1 samples"], Step().Select(BeforeBlocks));
        Assert.Equal(["a 6+1 samples", "c 1+1 samples", "b 6+6"], Step().Select(BeforeBlocks));
        Assert.Equal(["a 7+1 samples", "b 12+6", "c 2+1 samples"], Step().Select(BeforeBlocks));
    }

    [Fact]
    public void However_many_followers_wait_others_go_before_them()
    {
        var rig = new WorkerRig(Options with { StepTokens = 64, RunningSequences = 32 });
        for (var i = 0; i < 100; i++)
        {
            rig.Submit($"r{i}", Tokens(6));
        }

        rig.Submit("other", [90]);
        rig.Step();
        Assert.Equal(["r0", "other"], rig.LastStep.Select(chunk => chunk.Request));
    }

    [Fact]
    public void When_the_leader_is_cancelled_the_follower_takes_over_with_what_is_computed()
    {
        _rig.Submit("a", Tokens(30));
        _rig.Submit("b", Tokens(30));
        Step();
        _rig.Cancel("a");
        Assert.Equal(["b 8+8 in 0 1 2 3"], Step());
    }

    [Fact]
    public void Tenants_with_different_salts_neither_share_nor_wait_for_each_other()
    {
        _rig.Submit("a", Tokens(4), salt: "one");
        _rig.Submit("b", Tokens(4), salt: "two");
        Assert.Equal(["a 0+4 samples", "b 0+4 samples"], Step().Select(BeforeBlocks));
    }

    private static int[] Tokens(int count) => [.. Enumerable.Range(0, count)];

    private static string BeforeBlocks(string chunk) => chunk[..chunk.IndexOf(" in", StringComparison.Ordinal)];

    private string[] Step()
    {
        _rig.Step();
        return [.. _rig.LastStep.Select(chunk => chunk.ToString())];
    }
}
