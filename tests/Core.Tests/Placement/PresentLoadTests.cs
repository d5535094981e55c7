using Preble.Core.Placement;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>What a worker has to do now, seen in the cost of the next request there with the window's load switched off.</summary>
public sealed class PresentLoadTests
{
    private readonly SchedulerRig _rig = new(
        workers: 1, options: new SchedulerOptions { LoadWeight = 0, EvictionWeight = 0, PrefillWeight = 0, DecodeWeight = 0, DefaultOutputTokens = 1 });

    [Fact]
    public void What_was_booked_and_is_not_yet_reported_counts()
    {
        _rig.Ticket("a", Letters('a', 100));
        Assert.Equal(Wait(pending: 100, decodes: 1), Cost("x"), 9);
        _rig.Ticket("b", Letters('b', 50));
        Assert.Equal(Wait(pending: 150, decodes: 2), Cost("y"), 9);
    }

    [Fact]
    public void Once_the_worker_has_counted_it_the_workers_word_holds()
    {
        _rig.Ticket("a", Letters('a', 100));
        _rig.Ticket("b", Letters('b', 50));
        _rig.Report(_rig.Status("w0") with { RequestsTotal = 1, RunningRequests = 1, PendingPrefillTokens = 30 });
        Assert.Equal(Wait(pending: 30 + 50, decodes: 2), Cost("x"), 9);
        _rig.Report(_rig.Status("w0") with { RequestsTotal = 2, RunningRequests = 2, PendingPrefillTokens = 0 });
        Assert.Equal(0, Cost("y"), 9);
    }

    [Fact]
    public void A_waiting_prompt_counts_without_what_is_cached()
    {
        _rig.Store("w0", Letters('a', 100));
        _rig.Ticket("a", Letters('a', 100) + "b");
        _rig.Report(_rig.Status("w0") with { RequestsTotal = 1, WaitingRequests = 1, PendingPrefillTokens = 101 });
        Assert.Equal(Wait(pending: 1, decodes: 1), Cost("x"), 9);
    }

    [Fact]
    public void Requests_that_nobody_booked_here_count_by_the_workers_word()
    {
        _rig.Report(_rig.Status("w0") with { RequestsTotal = 9, WaitingRequests = 2, PendingPrefillTokens = 70 });
        Assert.Equal(Wait(pending: 70, decodes: 0), Cost("x"), 9);
    }

    [Fact]
    public void A_request_that_failed_takes_no_others_place_in_the_count()
    {
        var failed = _rig.Ticket("a", Letters('a', 100));
        _rig.Ticket("b", Letters('b', 50));
        _rig.Complete(failed, 100, 0, succeeded: false);
        _rig.Report(_rig.Status("w0") with { RequestsTotal = 1, RunningRequests = 1, PendingPrefillTokens = 20 });
        Assert.Equal(Wait(pending: 20, decodes: 1), Cost("x"), 9);
    }

    /// <summary>A token takes a millisecond, and each decode adds ten to a step of 512 tokens.</summary>
    private static double Wait(int pending, int decodes) => pending * (0.001 + (decodes * 0.010 / Limits.StepTokens));

    /// <summary>Asked without booking.</summary>
    private double Cost(string request) => _rig.Core.Decide(
        new PlacementQuery(new RequestId(request), [.. PromptBlocks.Of("zzz")], 3, 16, []), _rig.Now)!.Value.CostSeconds;
}
