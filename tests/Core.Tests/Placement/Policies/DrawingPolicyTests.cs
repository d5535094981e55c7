using Preble.Core.Placement;
using Preble.Testing;

namespace Preble.Core.Tests.Placement.Policies;

/// <summary>Policies that draw: from their own generator, so that a run can be repeated.</summary>
public sealed class DrawingPolicyTests
{
    [Theory]
    [InlineData("random")]
    [InlineData("power-of-two")]
    public void One_seed_gives_one_order_and_another_seed_another(string policy)
    {
        Assert.Equal(Order(policy, seed: 1), Order(policy, seed: 1));
        Assert.NotEqual(Order(policy, seed: 1), Order(policy, seed: 2));
    }

    [Fact]
    public void Random_takes_each_worker_about_as_often()
    {
        var places = Order("random", seed: 7, count: 3000).GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());
        Assert.All(["w0", "w1", "w2", "w3"], id => Assert.InRange(places[id], 675, 825));
    }

    [Fact]
    public void Of_two_workers_power_of_two_takes_the_one_with_fewer_requests()
    {
        var rig = new PolicyRig("power-of-two", workers: 2);
        rig["w0"].InFlight = 3;
        rig["w1"].InFlight = 2;
        Assert.Equal(["w1"], Enumerable.Range(0, 50).Select(_ => rig.Decide("abc")).Distinct());
    }

    [Fact]
    public void Power_of_two_weighs_two_different_workers_and_never_takes_the_busiest()
    {
        var rig = new PolicyRig("power-of-two", workers: 5);
        rig["w3"].InFlight = 9;
        for (var round = 0; round < 200; round++)
        {
            Assert.NotEqual("w3", rig.Decide("abc"));
            Assert.Equal(2, rig.Context.Scores.Count(score => !double.IsNaN(score.Total)));
        }
    }

    [Theory]
    [InlineData("random")]
    [InlineData("power-of-two")]
    public void One_worker_alone_is_taken(string policy) => Assert.Equal("w0", new PolicyRig(policy, workers: 1).Decide("abc"));

    private static string[] Order(string policy, ulong seed, int count = 40)
    {
        var rig = new PolicyRig(policy, workers: 4, options: new SchedulerOptions { Seed = seed });
        return [.. Enumerable.Range(0, count).Select(_ => rig.Decide("abc"))];
    }
}
