using Preble.Core.Placement;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>The policies, through the scheduler.</summary>
public sealed class PolicyTests
{
    [Fact]
    public void An_unknown_policy_is_answered_with_those_there_are()
    {
        var error = Assert.Throws<ArgumentException>(() => new SchedulerOptions { Policy = "fastest" }.Validate());
        Assert.Contains("'fastest'; there are e2, round-robin, random, least-loaded", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Round_robin_takes_each_in_turn_whoever_joins_or_leaves()
    {
        var rig = new SchedulerRig(workers: 3, options: new SchedulerOptions { Policy = "round-robin" });
        Assert.Equal(["w0", "w1", "w2", "w0"], Places(rig, 4));
        rig.Core.Lose(new WorkerId("w1"), default);
        Assert.Equal(["w2", "w0", "w2"], Places(rig, 3));
        rig.Register("w1", epoch: 2);
        Assert.Equal(["w0", "w1", "w2"], Places(rig, 3));
    }

    [Fact]
    public void Least_loaded_takes_the_one_with_the_fewest_requests()
    {
        var rig = new SchedulerRig(workers: 2, options: new SchedulerOptions { Policy = "least-loaded" });
        var first = rig.Ticket("r0", Letters('a', 5000));
        Assert.Equal("w1", rig.Ticket("r1", Letters('a', 5000)).Worker.Value);
        rig.Complete(first, 5000, 10);
        Assert.Equal("w0", rig.Ticket("r2", Letters('a', 5000)).Worker.Value);
    }

    [Fact]
    public void Policies_that_ignore_prefixes_still_tell_what_will_be_hit()
    {
        var rig = new SchedulerRig(workers: 1, options: new SchedulerOptions { Policy = "round-robin" });
        rig.Ticket("r0", Letters('a', 100));
        var ticket = rig.Ticket("r1", Letters('a', 100) + "b");
        Assert.Equal((100, PlacementReason.Policy, 0.0), (ticket.HitTokens, ticket.Reason, ticket.CostSeconds));
    }

    [Fact]
    public void Equal_costs_go_to_the_fewest_in_flight_then_the_lowest_id()
    {
        var rig = new SchedulerRig(workers: 3, options: new SchedulerOptions { LoadWeight = 0 });
        Assert.Equal("w0", rig.Ticket("r0", Letters('a', 10)).Worker.Value);
        Assert.Equal("w1", rig.Ticket("r1", Letters('b', 10)).Worker.Value);
        Assert.Equal("w2", rig.Ticket("r2", Letters('c', 10)).Worker.Value);
        Assert.Equal("w0", rig.Ticket("r3", Letters('d', 10)).Worker.Value);
    }

    private static string[] Places(SchedulerRig rig, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => rig.Ticket(Guid.NewGuid().ToString(), "abc").Worker.Value)];
}
