using Preble.Core.Placement.Admission;

namespace Preble.Core.Tests.Placement;

/// <summary>Who waits at the scheduler, and who is next.</summary>
public sealed class PlacementQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_tenant_that_floods_does_not_hold_up_another()
    {
        var queue = new PlacementQueue(100, Patience);
        for (var i = 0; i < 20; i++)
        {
            Add(queue, $"flood{i}", tenant: "a");
        }

        Add(queue, "one", tenant: "b");
        Assert.Equal(["flood0", "one", "flood1"], new[] { Next(queue), Next(queue), Next(queue) });
    }

    [Fact]
    public void The_lower_value_goes_first_and_pushes_out_the_newest_of_the_highest_when_all_is_full()
    {
        var queue = new PlacementQueue(2, Patience);
        Add(queue, "old", priority: 5);
        Add(queue, "new", priority: 5);
        Assert.False(queue.TryAdd(Query("same", 5, ""), TimeSpan.Zero, out _));
        Assert.True(queue.TryAdd(Query("urgent", 0, ""), TimeSpan.Zero, out var displaced));
        Assert.Equal("new", displaced!.Query.Request.Value);
        Assert.Equal(["urgent", "old"], new[] { Next(queue), Next(queue) });
    }

    [Fact]
    public void Whoever_has_waited_as_long_as_the_patience_is_given_up()
    {
        var queue = new PlacementQueue(2, Patience);
        Add(queue, "early");
        queue.TryAdd(Query("late", 0, ""), TimeSpan.FromSeconds(1), out _);
        Assert.Null(queue.TakeExpired(TimeSpan.FromSeconds(29.9)));
        Assert.Equal("early", queue.TakeExpired(Patience)!.Query.Request.Value);
        Assert.Null(queue.TakeExpired(Patience));
    }

    [Fact]
    public void Tenants_that_have_nothing_waiting_are_forgotten_when_there_are_many()
    {
        var queue = new PlacementQueue(4, Patience);
        for (var i = 0; i < 3 * Limits.FairTenants; i++)
        {
            Add(queue, $"r{i}", tenant: $"t{i}");
            queue.Take(queue.Peek()!);
        }

        Assert.InRange(queue.Tenants.Count, 1, Limits.FairTenants);
    }

    [Fact]
    public void Without_room_for_anybody_nobody_waits() =>
        Assert.False(new PlacementQueue(0, Patience).TryAdd(Query("r", 0, ""), TimeSpan.Zero, out _));

    private static string Next(PlacementQueue queue)
    {
        var next = queue.Peek()!;
        queue.Take(next);
        return next.Query.Request.Value;
    }

    private static void Add(PlacementQueue queue, string request, int priority = 0, string tenant = "") =>
        Assert.True(queue.TryAdd(Query(request, priority, tenant), TimeSpan.Zero, out _));

    private static PlacementQuery Query(string request, int priority, string tenant) =>
        new(new RequestId(request), [], 10, 8, []) { Priority = priority, Tenant = tenant };
}
