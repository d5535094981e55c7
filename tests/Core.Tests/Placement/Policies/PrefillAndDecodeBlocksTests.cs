using Preble.Core.Placement;
using Preble.Testing;

namespace Preble.Core.Tests.Placement.Policies;

/// <summary>Dynamo's cost by hand, in blocks of four tokens. The prompt has 18 tokens: four full blocks and two tokens.</summary>
public sealed class PrefillAndDecodeBlocksTests
{
    private const string Prompt = "aaaabbbbccccdddd!!";

    [Fact]
    public void An_idle_worker_costs_the_prompt_to_prefill_and_its_blocks_to_decode()
    {
        var rig = new PolicyRig("cost", workers: 1, blockSize: 4);
        rig.Decide(Prompt);
        Assert.Equal(4.5 + 4, rig.Total("w0"));
    }

    [Fact]
    public void What_is_cached_is_not_prefilled_and_what_is_in_use_is_counted_once()
    {
        var rig = new PolicyRig("cost", workers: 3, blockSize: 4);
        rig.Hold("w0", "aaaabbbbcccc");
        rig.Use("w1", "aaaabbbbcccczzzz");
        rig.Use("w2", "zzzzyyyy");
        var decision = rig.Choose(Prompt);

        // w0: 4.5 − 3 to prefill, nothing in use, 4 of its own. w1: the same prefill, 4 in use of which it shares 3. w2: 2 in use.
        Assert.Equal((1.5 + 4, 1.5 + 4 + 1, 4.5 + 2 + 4), (rig.Total("w0"), rig.Total("w1"), rig.Total("w2")));
        Assert.Equal(("w0", PlacementReason.Exploit), (decision.Worker.Id.Value, decision.Reason));
    }

    [Fact]
    public void A_block_on_the_host_saves_three_quarters_of_its_prefill()
    {
        var rig = new PolicyRig("cost", workers: 2, blockSize: 4);
        rig.HoldOnHost("w1", "aaaabbbbcccc");
        Assert.Equal("w1", rig.Decide(Prompt));
        Assert.Equal((4.5 + 4, 4.5 - (3 * 0.75) + 4), (rig.Total("w0"), rig.Total("w1")));
    }

    [Fact]
    public void Prefill_that_is_pending_counts_as_booked_and_then_as_the_worker_says()
    {
        var rig = new PolicyRig("cost", workers: 2, blockSize: 4);
        rig["w0"].BookedMissedTokens = 40;
        Assert.Equal("w1", rig.Decide(Prompt));
        Assert.Equal((10 + 8.5, 8.5), (rig.Total("w0"), rig.Total("w1")));
        rig["w0"].Status = new WorkerStatus { Worker = new WorkerId("w0"), Epoch = 1, PendingPrefillTokens = 8 };
        rig["w0"].MissedTokensSinceBeat = 4;
        rig.Decide(Prompt);
        Assert.Equal(3 + 8.5, rig.Total("w0"));
    }

    [Fact]
    public void The_weight_of_prefill_decides_between_a_cached_prefix_and_a_full_worker()
    {
        Assert.Equal("w0", Choice(weight: 1));
        Assert.Equal("w1", Choice(weight: 3));

        static string Choice(double weight)
        {
            var rig = new PolicyRig("cost", workers: 2, blockSize: 4, options: new SchedulerOptions { PrefillBlockWeight = weight });
            rig.Hold("w1", "aaaabbbbcccc");
            rig.Use("w1", "xxxxyyyyzzzzuuuuvvvv");

            // w0: weight · 4.5 + 4; w1: weight · 1.5 + 5 + 4.
            return rig.Decide(Prompt);
        }
    }

    [Fact]
    public void Equal_costs_go_to_the_fewest_in_flight()
    {
        var rig = new PolicyRig("cost", workers: 3, blockSize: 4);
        (rig["w0"].InFlight, rig["w1"].InFlight, rig["w2"].InFlight) = (2, 1, 1);
        Assert.Equal("w1", rig.Decide(Prompt));
    }
}
