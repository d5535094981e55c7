using Preble.Core.Placement;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>Many requests with one new prefix in one instant, before any worker has computed it.</summary>
public sealed class BurstTests
{
    [Fact]
    public void They_stay_together_while_the_prefix_costs_more_than_their_queue()
    {
        var rig = new SchedulerRig(4);
        var workers = Place(rig, Letters('p', 8_000), 64);
        Assert.True(workers.Max(group => group.Count()) > 32, "most are on one worker");
        Assert.InRange(workers.Length, 1, 2);
    }

    [Fact]
    public void They_spread_when_the_prefix_is_worth_little()
    {
        var rig = new SchedulerRig(4);
        Assert.InRange(Place(rig, Letters('p', 20), 64).Max(group => group.Count()), 16, 24);
    }

    [Fact]
    public void Two_bursts_of_two_prefixes_go_to_two_workers()
    {
        var rig = new SchedulerRig(2);
        var workers = new[] { 'p', 'q' }.Select(letter => Place(rig, Letters(letter, 8_000), 16).MaxBy(group => group.Count())!.Key);
        Assert.Equal(2, workers.Distinct().Count());
    }

    private static IGrouping<WorkerId, PlacementTicket>[] Place(SchedulerRig rig, string prefix, int requests) =>
    [
        .. Enumerable.Range(0, requests)
            .Select(index => rig.Ticket($"{prefix[0]}{index}", prefix + Letters((char)('A' + index), 12), output: 16))
            .GroupBy(ticket => ticket.Worker),
    ];
}
