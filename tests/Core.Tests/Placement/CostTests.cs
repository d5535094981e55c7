using Preble.Core.Placement;
using Preble.Core.Placement.Costs;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>The three costs, one rule each.</summary>
[Trait("paper", "§3.2 Algorithm 2, App. B")]
public sealed class CostTests
{
    [Theory]
    [InlineData(1e-4, 1e-9)]
    [InlineData(1e-9, 0)]
    [InlineData(0.5, 1e-3)]
    [InlineData(-118, -2.56e-3)]
    [InlineData(double.NaN, double.PositiveInfinity)]
    [InlineData(0, 0)]
    public void Prefill_is_positive_and_never_less_for_more_tokens_or_context(double perToken, double perTokenContext)
    {
        var prefill = new PrefillCost(new CostProfile(perToken, perTokenContext, 0));
        var previous = TimeSpan.Zero;
        for (var tokens = 1; tokens <= 5000; tokens++)
        {
            var time = prefill.Time(tokens, 0);
            Assert.True(time > TimeSpan.Zero && time >= previous, $"{tokens} tokens take {time} after {previous}");
            Assert.True(prefill.Time(tokens, 1000) >= time, "context makes nothing cheaper");
            previous = time;
        }

        Assert.Equal(TimeSpan.Zero, prefill.Time(0, 5000));
    }

    [Fact]
    public void Prefill_follows_the_profile()
    {
        var prefill = new PrefillCost(new CostProfile(0.001, 1e-6, 0));
        Assert.Equal(0.1 + 0.005, prefill.Time(100, 0).TotalSeconds, 6);
        Assert.Equal(0.1 + 0.105, prefill.Time(100, 1000).TotalSeconds, 6);
    }

    [Fact]
    public void Load_is_prefill_of_missed_tokens_and_decode_of_the_expected_output()
    {
        var rig = new SchedulerRig();
        rig.Ticket("r", Letters('a', 100), output: 1000);
        Assert.Equal(0.100 + (45 * 0.010), rig.Overview("w0").LoadSeconds, 6);
        rig.Ticket("again", Letters('a', 100) + "bc", output: 5);
        Assert.Equal(0.100 + (45 * 0.010) + 0.002 + (5 * 0.010), rig.Overview("w0").LoadSeconds, 6);
    }

    [Fact]
    public void The_true_numbers_replace_the_expected_ones()
    {
        var rig = new SchedulerRig();
        var ticket = rig.Ticket("r", Letters('a', 100), output: 1000);
        rig.Complete(ticket, prompt: 100, output: 200, cached: 60);
        Assert.Equal(0.040 + (200 * 0.010), rig.Overview("w0").LoadSeconds, 6);
        Assert.Equal(0, rig.Overview("w0").BookedRequests);
    }

    [Fact]
    public void Output_lengths_are_learned_per_worker_then_from_the_model_then_assumed()
    {
        var rig = new SchedulerRig();
        var first = rig.Ticket("r0", Letters('a', 100), output: 1000);
        rig.Complete(first, 100, 200);
        var learnedElsewhere = rig.Ticket("r1", Letters('b', 100), 1000, "w0");
        Assert.Equal(0.100 + (200 * 0.010), rig.Overview("w1").LoadSeconds, 6);
        rig.Complete(learnedElsewhere, 100, 10);
        rig.Ticket("r2", Letters('c', 100), 1000, "w0");
        Assert.Equal(0.200 + (20 * 0.010), rig.Overview("w1").LoadSeconds, 6);
    }

    [Theory]
    [InlineData(-1_000_000, 0, 7)]
    [InlineData(int.MaxValue, -1, int.MaxValue)]
    [InlineData(int.MinValue, int.MinValue, int.MinValue)]
    public void Numbers_of_a_completion_that_make_no_sense_are_no_negative_work(int prompt, int cached, int output)
    {
        var rig = new SchedulerRig(workers: 0);
        rig.Register("w0", costs: new CostProfile(0.001, 0, 0.01) { StepSeconds = 0.01, DecodeSecondsPerContextToken = 0.001 });
        rig.Complete(rig.Ticket("r", "abc"), prompt, output, cached);
        Assert.True(rig.Overview("w0").LoadSeconds >= 0);
        rig.Ticket("next", "abc");
        rig.Core.Audit();
    }

    [Fact]
    public void No_more_output_is_expected_than_fits_beside_the_prompt()
    {
        var rig = new SchedulerRig(workers: 1, totalBlocks: 12, context: 100);
        rig.Ticket("r", Letters('a', 10), 100);
        Assert.Equal(2, Assert.Single(rig.Core.FindPlacements(new RequestId("r"), rig.Now)).ExpectedOutputTokens);
    }

    [Fact]
    public void A_completion_for_another_worker_or_told_twice_changes_nothing()
    {
        var rig = new SchedulerRig();
        var ticket = rig.Ticket("r", Letters('a', 100));
        rig.Complete(ticket with { Worker = new WorkerId("w1") }, 100, 5);
        Assert.Equal(1, rig.Overview("w0").BookedRequests);
        rig.Complete(ticket, 100, 5);
        rig.Complete(ticket, 100, 500);
        Assert.Equal(0.150, rig.Overview("w0").LoadSeconds, 6);
    }

    [Fact]
    public void Each_cost_can_be_switched_off()
    {
        var options = new SchedulerOptions { LoadWeight = 0, PrefillWeight = 0, EvictionWeight = 0, DecodeWeight = 0 };
        var rig = new SchedulerRig(options: options);
        Assert.Equal(0, rig.Ticket("r", Letters('a', 100)).CostSeconds);
        Assert.Equal(0.1, new SchedulerRig(options: options with { PrefillWeight = 1 }).Ticket("r", Letters('a', 100)).CostSeconds, 6);
    }

    [Fact]
    public void A_slower_worker_gets_less_unrelated_work()
    {
        var rig = new SchedulerRig(workers: 1);
        rig.Register("slow", costs: new CostProfile(0.003, 0, 0.030));
        var tickets = Enumerable.Range(0, 100).Select(index => rig.Ticket($"r{index}", Letters((char)('a' + index), 50)));
        var slow = tickets.Count(ticket => ticket.Worker.Value is "slow");
        // A third of the speed: a quarter of the work, and somewhat more requests, for those wait beside fewer decodes.
        Assert.InRange(slow, 24, 33);
    }

    [Fact]
    public void A_worker_that_reports_other_costs_is_believed_from_then_on()
    {
        var rig = new SchedulerRig(workers: 1);
        var before = rig.Ticket("a", Letters('a', 100), output: 1);
        rig.Complete(before, prompt: 0, output: 0, succeeded: false);
        rig.Report(rig.Status("w0") with { Costs = new CostProfile(0.004, 0, 0.010) { StepSeconds = 0.005, DecodeSecondsPerSequence = 0.005 } });
        var after = rig.Ticket("b", Letters('b', 100), output: 1);
        Assert.Equal((4 * 0.100) + 0.010 + (100 * 0.005 / 512), rig.Overview("w0").LoadSeconds, 6);
        rig.Complete(after, prompt: 0, output: 0, succeeded: false);
        rig.Report(rig.Status("w0"));
        rig.Ticket("c", Letters('c', 100), output: 1);
        Assert.Equal((4 * 0.100) + 0.010 + (100 * 0.005 / 512), rig.Overview("w0").LoadSeconds, 6);
    }
}
