using Preble.Core.Placement;
using Preble.Testing;

namespace Preble.Core.Tests.Placement.Policies;

/// <summary>llm-d's scorers by hand: 3 · prefix + 2 · queue + 2 · free share + 2 · cold.</summary>
public sealed class WeightedScoresTests
{
    private const string Prompt = "abcdefgh";

    [Fact]
    public void Scores_are_added_up_with_their_weights()
    {
        var rig = new PolicyRig("weighted", workers: 3, totalBlocks: 100);
        rig.Hold("w1", "abcdef");
        (rig["w0"].InFlight, rig["w1"].InFlight, rig["w2"].InFlight) = (0, 4, 1);
        rig["w1"].BookedOutputBlocks = 20;
        var decision = rig.Choose(Prompt);
        Assert.Equal((3 * 0) + (2 * 1) + (2 * 1) + (2 * 0.5), rig.Total("w0"), 12);
        Assert.Equal((3 * 0.75) + (2 * 0) + (2 * 0.8) + (2 * 0.5), rig.Total("w1"), 12);
        Assert.Equal((3 * 0) + (2 * 0.75) + (2 * 1) + (2 * 0.5), rig.Total("w2"), 12);
        Assert.Equal(("w0", PlacementReason.Explore), (decision.Worker.Id.Value, decision.Reason));
        rig["w1"].InFlight = 0;
        Assert.Equal("w1", rig.Decide(Prompt));
    }

    [Fact]
    public void Those_that_wait_are_those_in_flight_that_the_worker_did_not_run_at_its_last_beat()
    {
        var rig = new PolicyRig("weighted", workers: 2);
        (rig["w0"].InFlight, rig["w1"].InFlight) = (5, 3);
        rig["w0"].Status = new WorkerStatus { Worker = new WorkerId("w0"), Epoch = 1, RunningRequests = 4 };
        Assert.Equal((1, 3), (rig["w0"].Waiting, rig["w1"].Waiting));
        Assert.Equal("w0", rig.Decide(Prompt));
    }

    [Fact]
    public void Prompts_that_nobody_has_go_round_by_who_got_one_the_longest_ago()
    {
        var rig = new PolicyRig("weighted", workers: 3);
        Assert.Equal(["w0", "w1", "w2", "w0"], Enumerable.Range(0, 4).Select(_ => rig.Decide(Prompt)));
        Assert.Equal((6.0, 5.0, 4.0), (rig.Total("w0"), rig.Total("w1"), rig.Total("w2")));
    }

    [Fact]
    public void A_prompt_that_somebody_has_leaves_the_order_of_the_cold_ones_alone()
    {
        var rig = new PolicyRig("weighted", workers: 2);
        rig.Hold("w0", "xyz");
        Assert.Equal(["w0", "w0", "w1"], new[] { Prompt, "xyz", Prompt }.Select(prompt => rig.Decide(prompt)));
    }

    [Fact]
    public void Tokens_in_flight_count_when_they_have_a_weight()
    {
        var rig = new PolicyRig("weighted", workers: 2, options: new SchedulerOptions { TokenScoreWeight = 1, ColdScoreWeight = 0 });
        rig["w0"].BookedTokens = 1_048_576;
        Assert.Equal("w1", rig.Decide(Prompt));
        Assert.Equal((4.75, 5.0), (rig.Total("w0"), rig.Total("w1")));
    }
}
