using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching.Queueing;

public sealed class FollowerTests
{
    private static readonly WorkerCoreOptions Options = new()
    {
        BlockSize = 4, BlockCount = 64, ContextTokens = 100, StepTokens = 8, RunningSequences = 8, WatermarkShare = 0,
    };

    private readonly WorkerRig _rig = new(Options);

    [Fact]
    public void Two_equal_prompts_one_step_apart_cost_one_prefill()
    {
        _rig.Submit("a", Tokens(40), maxOutputTokens: 1);
        _rig.Step();
        _rig.Submit("b", Tokens(40), maxOutputTokens: 1);
        _rig.RunToEnd();

        // The last block of b is never shared whole: its last token is computed again to sample from.
        Assert.InRange(_rig.Engine.TokensComputed, 41, 44);
        Assert.Equal(_rig.TokensOf("a"), _rig.TokensOf("b"));
    }

    [Fact]
    public void When_the_leader_is_cancelled_one_follower_leads_and_the_others_follow_it()
    {
        foreach (var request in new[] { "a", "b", "c", "d" })
        {
            _rig.Submit(request, Tokens(40), maxOutputTokens: 1);
        }

        _rig.Step();
        _rig.Cancel("a");
        _rig.Step();
        Assert.Equal(["b 8+8"], Steps());
        _rig.Cancel("b");
        _rig.Step();
        Assert.Equal(["c 16+8"], Steps());
        _rig.RunToEnd();
        Assert.InRange(_rig.Engine.TokensComputed, 41, 44);
    }

    [Fact]
    public void A_follower_that_is_cancelled_leaves_nothing_behind()
    {
        _rig.Submit("a", Tokens(40));
        _rig.Submit("b", Tokens(40));
        _rig.Step();
        Assert.True(_rig.Cancel("b"));
        _rig.Core.Audit();
        _rig.RunToEnd();
        Assert.Equal(["a"], _rig.Ends.Keys.Select(id => id.Value));
    }

    [Fact]
    public void A_follower_waits_for_the_part_it_shares_and_no_longer()
    {
        _rig.Submit("leader", Tokens(64));
        _rig.Submit("short", [.. Tokens(16), 90]);
        _rig.Submit("long", [.. Tokens(32), 91]);
        _rig.Step();
        Assert.Equal(["leader 0+8"], Steps());
        _rig.Step();
        Assert.Equal(["leader 8+8"], Steps());
        var parked = Enumerable.Range(0, 4).Select(_ =>
        {
            _rig.Core.Audit();
            return _rig.Step();
        });
        Assert.Equal([8, 8, 8, 8], parked);
        Assert.Equal(3, _rig.Core.Counters(_rig.Now).WaitingRequests + _rig.Core.Counters(_rig.Now).RunningRequests);
        _rig.RunToEnd();
        Assert.Equal(3, _rig.Ends.Count);
    }

    [Fact]
    public void The_output_of_one_that_runs_is_waited_for_too()
    {
        // The next turn of a conversation comes while the answer is still being made: what it shares of the answer is not computed twice.
        var alone = AloneGenerator.Generate(WorkerRig.Command("x", Tokens(6), 12), 256, 100).Tokens;
        _rig.Submit("a", Tokens(6), maxOutputTokens: 12);
        _rig.RunSteps(3);
        _rig.Submit("b", [.. Tokens(6), .. alone, 90], maxOutputTokens: 1);
        _rig.RunToEnd();
        Assert.Equal(alone, _rig.TokensOf("a"));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(9, true)]
    public void Answers_that_end_at_once_do_not_wait_for_each_other_in_turn(int maxOutputTokens, bool stops)
    {
        // All share 2 tokens of a block that is never full. Were they gone with the answer that computed them, each would lead the next.
        var rig = new WorkerRig(Options with { StepTokens = 64 });
        int[] anyToken = stops ? Tokens(256) : [];
        for (var i = 0; i < 8; i++)
        {
            rig.Submit($"r{i}", [1, 2, 90 + i], maxOutputTokens, stopTokens: anyToken);
        }

        rig.RunSteps(2);
        Assert.Equal(8, rig.Ends.Count);
    }

    [Fact]
    public void A_preempted_leader_hands_over_to_its_followers()
    {
        // Two prompts fight for a pool that holds one and a half; the third waits for what the younger of them computes.
        var rig = new WorkerRig(Options with { BlockCount = 12, ForecastGrowth = false });
        rig.Submit("old", [.. Enumerable.Range(100, 20)], maxOutputTokens: 24);
        rig.RunSteps(4);
        rig.Submit("leader", Tokens(16), maxOutputTokens: 8);
        rig.Submit("follower", [.. Tokens(14), 99, 98], maxOutputTokens: 8);
        var handedOver = false;
        while (rig.Core.HasWork)
        {
            var preemptions = rig.Core.Counters(rig.Now).PreemptionsTotal;
            rig.Step();
            rig.Core.Audit();
            handedOver |= rig.Core.Counters(rig.Now).PreemptionsTotal > preemptions;
        }

        Assert.True(handedOver, "the pool was meant to be too small");
        Assert.Equal(3, rig.Ends.Count);
    }

    private static int[] Tokens(int count) => [.. Enumerable.Range(0, count)];

    private string[] Steps() => [.. _rig.LastStep.Select(chunk => $"{chunk.Request} {chunk.Start}+{chunk.Count}")];
}
