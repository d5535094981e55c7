namespace Preble.Simulation.Tests;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData("toolbench")]
    [InlineData("agent")]
    [InlineData("chat")]
    public void The_same_seed_gives_the_same_numbers_to_the_last_bit(string workload)
    {
        var faults = new FaultPlan { LostReports = 0.05, DoubledReports = 0.05, Losses = [new(0, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20))] };
        string Once(ulong seed) => Simulations.Numbers(Simulations.Run(
            Simulations.Options(seed: seed, faults: faults), Simulations.Workload(workload, 150, 6, seed)));
        var first = Once(7);
        Assert.Equal(first, Once(7));
        Assert.NotEqual(first, Once(8));
    }

    [Fact]
    public void Every_policy_gets_the_same_requests()
    {
        static string Requests() => string.Join('\n', Simulations.Workload("toolbench", 50, 9).Arrivals().Select(request =>
            $"{request.Arrival} {string.Join(',', request.Segments)} {request.OutputTokens}"));
        Assert.Equal(Requests(), Requests());
    }

    [Fact]
    public void What_is_due_at_one_time_happens_in_the_order_of_posting()
    {
        var queue = new EventQueue();
        var random = SimulationRandom.For(3, 0);
        var expected = Enumerable.Range(0, 2000).Select(i => (At: random.Below(50), Worker: i)).ToList();
        expected.ForEach(what => queue.Post(TimeSpan.FromTicks(what.At), new SimulationEvent(EventKind.StepEnd, what.Worker)));
        foreach (var (at, worker) in expected.OrderBy(what => what.At).ThenBy(what => what.Worker))
        {
            Assert.True(queue.TryTake(out var what));
            Assert.Equal((at, worker), (queue.Now.Ticks, what.Worker));
        }

        Assert.Equal(0, queue.Live);
        Assert.False(queue.TryTake(out _));
    }
}
