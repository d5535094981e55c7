using Preble.Core.Placement;
using Preble.Core.Placement.Sharding;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement.Sharding;

/// <summary>Two shards of one fleet tell each other what they have booked.</summary>
public sealed class LoadExchangeTests
{
    private static readonly SchedulerOptions Options = new() { Policy = "least-loaded" };
    private readonly SchedulerRig _first = new(options: Options, shard: new Shard(0, 2));
    private readonly SchedulerRig _second = new(options: Options, shard: new Shard(1, 2));

    [Fact]
    public void What_another_shard_has_booked_counts_until_it_is_done()
    {
        var ticket = _first.Ticket("a", "a");
        Assert.Equal("w0", ticket.Worker.Value);
        Assert.Equal("w0", _second.Ticket("before", "b").Worker.Value);
        Exchange();
        Assert.Equal("w1", _second.Ticket("after", "c").Worker.Value);
        Assert.Equal("w1", _first.Ticket("d", "d").Worker.Value);
        _first.Complete(ticket, 1, 1);
        Exchange();
        Assert.Equal("w0", _second.Ticket("e", "e").Worker.Value);
        _second.Core.Audit();
    }

    [Fact]
    public void A_shard_tells_its_own_bookings_only()
    {
        _first.Ticket("a", "a");
        Exchange();
        Exchange();
        Assert.Equal((1, 0), (_first.Overview("w0").BookedRequests, _second.Overview("w0").BookedRequests));
        Assert.Equal((1.0, 0.0), (Math.Sign(_first.Overview("w0").LoadSeconds), _second.Overview("w0").LoadSeconds));
    }

    [Fact]
    public void What_the_others_know_is_told_again_only_so_that_they_see_us_alive()
    {
        Assert.NotNull(_first.Core.TakeLoads(_first.Now));
        Assert.Null(_first.Core.TakeLoads(_first.Now));
        _first.Ticket("a", "a");
        Assert.Single(_first.Core.TakeLoads(_first.Now)!.Workers);
        Assert.Null(_first.Core.TakeLoads(_first.Now));
        _first.Now += Limits.ShardLoadsRepeat;
        Assert.Single(_first.Core.TakeLoads(_first.Now)!.Workers);
    }

    [Fact]
    public void A_silent_shards_bookings_are_forgotten_after_a_second()
    {
        _first.Ticket("a", "a");
        Exchange();
        _second.Now += Limits.ShardLoadsLife - TimeSpan.FromMilliseconds(1);
        _second.Core.TakeLoads(_second.Now);
        Assert.Equal("w1", _second.Ticket("b", "b").Worker.Value);
        _second.Now += TimeSpan.FromMilliseconds(1);
        _second.Core.TakeLoads(_second.Now);
        Assert.Equal("w0", _second.Ticket("c", "c").Worker.Value);
    }

    [Fact]
    public void Words_of_another_life_or_another_division_are_ignored()
    {
        var load = new BookedLoad { InFlight = 100 };
        _first.Core.HearLoads(new ShardLoads(1, [new ShardWorkerLoad(new WorkerId("w0"), 7, load), new ShardWorkerLoad(new WorkerId("gone"), 1, load)]), default);
        _first.Core.HearLoads(new ShardLoads(0, [new ShardWorkerLoad(new WorkerId("w0"), 1, load)]), default);
        _first.Core.HearLoads(new ShardLoads(5, [new ShardWorkerLoad(new WorkerId("w0"), 1, load)]), default);
        Assert.Equal("w0", _first.Ticket("a", "a").Worker.Value);
    }

    [Fact]
    public void A_worker_that_comes_back_begins_without_the_others_bookings()
    {
        _first.Ticket("a", "a");
        Exchange();
        _second.Register("w0", epoch: 2);
        Exchange();
        Assert.Equal("w0", _second.Ticket("b", "b").Worker.Value);
    }

    [Fact]
    public void A_worker_full_by_all_shards_bookings_takes_no_more()
    {
        var options = Options with { RequestsPerWorker = 2 };
        var (one, two) = (new SchedulerRig(1, options: options, shard: new Shard(0, 2)), new SchedulerRig(1, options: options, shard: new Shard(1, 2)));
        one.Ticket("a", "a");
        two.Ticket("b", "b");
        one.Core.HearLoads(two.Core.TakeLoads(default)!, default);
        Assert.Equal(RejectionReason.QueueFull, one.Place("c", "c").Rejection?.Reason);
    }

    [Fact]
    public void What_the_worker_has_counted_is_not_counted_twice()
    {
        var options = new SchedulerOptions { LoadWeight = 0, EvictionWeight = 0, PrefillWeight = 0, DefaultOutputTokens = 1 };
        var (one, two) = (new SchedulerRig(1, options: options, shard: new Shard(0, 2)), new SchedulerRig(1, options: options, shard: new Shard(1, 2)));
        one.Ticket("a", Letters('a', 100));
        two.Ticket("b", Letters('b', 50));
        one.Core.HearLoads(two.Core.TakeLoads(default)!, default);
        Assert.Equal(Wait(150, 2), one.Ticket("x", "x").CostSeconds, 9);

        // It has counted all three now, whoever placed them; the others say so at their next word.
        one.Now = two.Now = Limits.ShardSettle + TimeSpan.FromMilliseconds(1);
        var status = one.Status("w0") with { RequestsTotal = 3, RunningRequests = 3, PendingPrefillTokens = 60 };
        one.Report(status);
        two.Report(status);
        one.Core.HearLoads(two.Core.TakeLoads(two.Now)!, one.Now);
        Assert.Equal(Wait(60, 3), one.Ticket("y", "y").CostSeconds, 9);
    }

    /// <summary>A token takes a millisecond, and each decode adds ten to a step of 512 tokens.</summary>
    private static double Wait(int pending, int decodes) => pending * (0.001 + (decodes * 0.010 / Limits.StepTokens));

    private void Exchange()
    {
        var (first, second) = (_first.Core.TakeLoads(_first.Now), _second.Core.TakeLoads(_second.Now));
        if (first is not null)
        {
            _second.Core.HearLoads(first, _second.Now);
        }

        if (second is not null)
        {
            _first.Core.HearLoads(second, _first.Now);
        }
    }
}
