using Preble.Testing;

namespace Preble.Core.Tests.Batching.Queueing;

public sealed class PlannerAllocationTests
{
    // A step in another world comes first: what the runtime sets up once, at the first call, is not the planner's. Fewer than make a list of tokens or of blocks double.
    private const int Steps = 100;

    [Theory]
    [InlineData(WaitsFor.Slots)]
    [InlineData(WaitsFor.Blocks)]
    [InlineData(WaitsFor.Leader)]
    public void A_step_beside_a_thousand_waiting_ones_allocates_nothing(WaitsFor waits)
    {
        new PlannerWorld(waits, "groups").Step();
        var world = new PlannerWorld(waits, "groups");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tokens = 0L;
        for (var i = 0; i < Steps; i++)
        {
            tokens += world.Step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(tokens >= Steps * PlannerWorld.Running, "the running ones were meant to run");
        var counters = world.Core.Counters(default);
        Assert.Equal((PlannerWorld.Running, PlannerWorld.Waiting), (counters.RunningRequests, counters.WaitingRequests));
    }

    [Theory]
    [InlineData("groups")]
    [InlineData("fcfs")]
    public void A_step_with_an_end_and_an_admission_allocates_nothing_either(string discipline)
    {
        new PlannerWorld(WaitsFor.Turns, discipline).Step();
        var world = new PlannerWorld(WaitsFor.Turns, discipline);
        var evicted = world.Core.Pool.EvictedTotal;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Steps; i++)
        {
            world.Step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(world.Core.Pool.EvictedTotal - evicted > Steps, "the new ones were meant to take blocks from what was cached");
        Assert.InRange(world.Refill(), Steps / 2, 2 * Steps);
    }

    [Fact]
    public void Admissions_one_after_the_other_leave_the_worker_sound()
    {
        var world = new PlannerWorld(WaitsFor.Turns, "groups");
        for (var i = 0; i < 200; i++)
        {
            world.Step();
        }

        world.Core.Audit();
        Assert.True(world.Core.Counters(default).WaitingRequests < PlannerWorld.Waiting - 100, "they were meant to be admitted");
    }
}
