using Preble.Core.Placement;
using Preble.Testing;

namespace Preble.Core.Tests.Placement;

/// <summary>Requests that wait at the scheduler until a worker has room.</summary>
public sealed class SchedulerQueueTests
{
    private static readonly SchedulerOptions Small = new() { RequestsPerWorker = 1, QueuedRequests = 2 };

    [Fact]
    public void A_request_waits_while_all_workers_are_full_and_is_placed_when_one_ends()
    {
        var rig = new SchedulerRig(workers: 1, options: Small);
        var first = rig.Ask("first", "abc")!.Ticket!;
        Assert.Null(rig.Ask("second", "xyz"));
        Assert.Empty(rig.Core.TakeAnswers(rig.Now));
        Assert.Equal(1, rig.Core.QueuedRequests);

        rig.Complete(first, 3, 1);
        var answer = Assert.Single(rig.Core.TakeAnswers(rig.Now));
        Assert.Equal(("second", "w0"), (answer.Request.Value, answer.Result.Ticket?.Worker.Value));
        Assert.Equal(0, rig.Core.QueuedRequests);
    }

    [Fact]
    public void Nobody_overtakes_those_who_wait_though_a_worker_has_room_by_now()
    {
        var rig = new SchedulerRig(workers: 1, options: Small);
        var first = rig.Ask("first", "abc")!.Ticket!;
        rig.Ask("second", "def");
        rig.Complete(first, 3, 1);
        Assert.Null(rig.Ask("third", "ghi"));
        Assert.Equal("second", Assert.Single(rig.Core.TakeAnswers(rig.Now)).Request.Value);
    }

    [Fact]
    public void One_too_many_is_refused_with_a_time_to_come_back()
    {
        var rig = new SchedulerRig(workers: 1, options: Small);
        foreach (var name in new[] { "first", "second", "third" })
        {
            rig.Ask(name, "abc");
        }

        var refusal = rig.Ask("fourth", "abc")!.Rejection!;
        Assert.Equal(RejectionReason.QueueFull, refusal.Reason);
        Assert.InRange(refusal.RetryAfterSeconds, 1, 60);
        Assert.Equal(RejectionReason.DuplicateRequest, rig.Ask("second", "abc")!.Rejection!.Reason);
    }

    [Fact]
    public void A_higher_priority_takes_the_place_of_the_newest_and_that_one_is_answered()
    {
        var rig = new SchedulerRig(workers: 1, options: Small);
        foreach (var name in new[] { "first", "second", "third" })
        {
            rig.Ask(name, "abc");
        }

        Assert.Null(rig.Ask("urgent", "abc", priority: -1));
        var answer = Assert.Single(rig.Core.TakeAnswers(rig.Now));
        Assert.Equal(("third", RejectionReason.QueueFull), (answer.Request.Value, answer.Result.Rejection!.Reason));
    }

    [Fact]
    public void Whoever_waits_too_long_is_refused_and_whoever_leaves_is_forgotten()
    {
        var rig = new SchedulerRig(workers: 1, options: Small);
        rig.Ask("first", "abc");
        rig.Ask("late", "abc");
        rig.Ask("gone", "abc");
        Assert.True(rig.Core.Withdraw(new RequestId("gone")));
        rig.Now += Small.QueuePatience;
        rig.Report("w0");
        var answer = Assert.Single(rig.Core.TakeAnswers(rig.Now));
        Assert.Equal(("late", RejectionReason.QueueFull), (answer.Request.Value, answer.Result.Rejection!.Reason));
    }

    [Fact]
    public void The_tenant_that_was_served_less_is_next()
    {
        var rig = new SchedulerRig(workers: 1, options: new SchedulerOptions { RequestsPerWorker = 1 });
        var ticket = rig.Ask("first", "abc")!.Ticket!;
        foreach (var (name, tenant) in new[] { ("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b") })
        {
            Assert.Null(rig.Ask(name, "abcdef", tenant: tenant));
        }

        var order = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            rig.Complete(ticket, 3, 1);
            var answer = Assert.Single(rig.Core.TakeAnswers(rig.Now));
            order.Add(answer.Request.Value);
            ticket = answer.Result.Ticket!;
        }

        Assert.Equal(["a1", "b1", "a2", "a3"], order);
    }

    [Fact]
    public void A_scheduler_that_has_just_started_waits_for_its_workers_but_not_for_long()
    {
        var rig = new SchedulerRig(workers: 0);
        Assert.Null(rig.Ask("early", "abc"));
        rig.Now = TimeSpan.FromSeconds(1);
        rig.Register("w0");
        Assert.Equal("w0", Assert.Single(rig.Core.TakeAnswers(rig.Now)).Result.Ticket!.Worker.Value);

        rig = new SchedulerRig(workers: 0);
        rig.Ask("early", "abc");
        rig.Now = TimeSpan.FromSeconds(2);
        Assert.Equal(RejectionReason.NoWorker, Assert.Single(rig.Core.TakeAnswers(rig.Now)).Result.Rejection!.Reason);
        Assert.Equal(RejectionReason.NoWorker, rig.Ask("later", "abc")!.Rejection!.Reason);
    }

    [Fact]
    public void A_scheduler_that_has_just_started_waits_for_others_when_those_it_knows_are_excluded()
    {
        var rig = new SchedulerRig(workers: 1);
        var query = new PlacementQuery(new RequestId("again"), [], 3, 1, [new WorkerId("w0")]);
        Assert.Null(rig.Core.Ask(query, rig.Now));
        rig.Now = TimeSpan.FromSeconds(1);
        rig.Register("w1");
        Assert.Equal("w1", Assert.Single(rig.Core.TakeAnswers(rig.Now)).Result.Ticket!.Worker.Value);

        rig.Now = TimeSpan.FromSeconds(2);
        var late = query with { Request = new RequestId("late"), Excluded = [new WorkerId("w0"), new WorkerId("w1")] };
        Assert.Equal(RejectionReason.NoWorker, rig.Core.Ask(late, rig.Now)!.Rejection!.Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void While_no_worker_is_known_one_too_many_hears_that_and_not_that_all_are_full(int places)
    {
        var rig = new SchedulerRig(workers: 0, options: Small with { QueuedRequests = places });
        Enumerable.Range(0, places).ToList().ForEach(place => Assert.Null(rig.Ask($"{place}", "abc")));
        var refusal = rig.Ask("one too many", "abc")!.Rejection!;
        Assert.Equal((RejectionReason.NoWorker, 5), (refusal.Reason, refusal.RetryAfterSeconds));
    }
}
