using Preble.Core.Placement;
using Preble.Testing;

namespace Preble.Core.Tests.Placement.Policies;

/// <summary>The threshold switch: cache or load, at the published numbers.</summary>
public sealed class PrefixAffinityTests
{
    private const string Prompt = "abcdefghij";

    [Theory]
    [InlineData("abcde", "w0", PlacementReason.Explore)]
    [InlineData("abcdef", "w1", PlacementReason.Exploit)]
    [InlineData("xabcdef", "w0", PlacementReason.Explore)]
    public void More_than_half_of_the_prompt_must_be_cached(string held, string worker, PlacementReason reason)
    {
        var rig = new PolicyRig("prefix-affinity", workers: 2);
        rig.Hold("w1", held);
        var decision = rig.Choose(Prompt);
        Assert.Equal((worker, reason), (decision.Worker.Id.Value, decision.Reason));
    }

    [Theory]
    [InlineData(0, 32, "w1")]
    [InlineData(0, 33, "w0")]
    [InlineData(400, 433, "w1")]
    [InlineData(400, 440, "w1")]
    [InlineData(400, 441, "w0")]
    public void Load_decides_only_past_the_gap_and_the_ratio(int least, int most, string worker)
    {
        var rig = new PolicyRig("prefix-affinity", workers: 2);
        rig.Hold("w1", Prompt);
        (rig["w0"].InFlight, rig["w1"].InFlight) = (least, most);
        var decision = rig.Choose(Prompt);
        Assert.Equal((worker, worker is "w0" ? PlacementReason.Diverted : PlacementReason.Exploit), (decision.Worker.Id.Value, decision.Reason));
    }

    [Fact]
    public void Equal_overlaps_go_to_the_lower_load_then_to_the_smaller_tree_then_to_the_lower_id()
    {
        var rig = new PolicyRig("prefix-affinity", workers: 3);
        foreach (var worker in rig.Workers)
        {
            rig.Hold(worker.Id.Value, Prompt);
        }

        Assert.Equal("w0", rig.Decide(Prompt));
        rig.Hold("w0", "xyz");
        rig.Hold("w1", "x");
        Assert.Equal("w2", rig.Decide(Prompt));
        (rig["w0"].InFlight, rig["w1"].InFlight, rig["w2"].InFlight) = (1, 1, 2);
        Assert.Equal("w1", rig.Decide(Prompt));
    }

    [Fact]
    public void The_documented_numbers_can_be_set()
    {
        var options = new SchedulerOptions { AffinityThreshold = 0.3, AffinityLoadGap = 64, AffinityLoadRatio = 1.5 };
        var rig = new PolicyRig("prefix-affinity", workers: 2, options: options);
        rig.Hold("w1", "abcd");
        rig["w1"].InFlight = 64;
        Assert.Equal("w1", rig.Decide(Prompt));
        rig["w1"].InFlight = 65;
        Assert.Equal("w0", rig.Decide(Prompt));
    }
}
