using System.Collections.Immutable;
using Preble.Core.Placement;
using Preble.Testing;

namespace Preble.Core.Tests.Placement;

/// <summary>Requests that ask for their first token within a time. A token costs a millisecond to prefill.</summary>
public sealed class TtftTargetTests
{
    [Fact]
    public void A_target_that_nobody_can_meet_is_refused_with_the_numbers_and_a_time_to_come_back()
    {
        var rig = new SchedulerRig(workers: 2);
        var refusal = Place(rig, "r", SchedulerRig.Letters('a', 3000), 1).Rejection!;
        Assert.Equal((RejectionReason.TargetUnreachable, 2.0), (refusal.Reason, refusal.RetryAfterSeconds));
        Assert.Equal("The first token would come after 3 s at the soonest; 1 s are left of what was asked for.", refusal.Message);
        Assert.All(rig.Core.Overview(rig.Now).Workers, worker => Assert.Equal(0, worker.BookedRequests));
    }

    [Fact]
    public void What_is_cached_makes_a_target_reachable()
    {
        var rig = new SchedulerRig(workers: 2);
        var prompt = SchedulerRig.Letters('a', 3000);
        rig.Store("w1", prompt);
        Assert.Equal("w1", Place(rig, "r", prompt, 1).Ticket!.Worker.Value);
    }

    [Fact]
    public void A_worker_that_is_too_busy_for_the_target_is_left_out_though_it_has_the_prefix()
    {
        var rig = new SchedulerRig(workers: 2);
        var prompt = SchedulerRig.Letters('a', 900);
        rig.Store("w1", prompt);
        for (var i = 0; i < 4; i++)
        {
            rig.Ticket($"busy{i}", SchedulerRig.Letters((char)('b' + i), 500), excluded: "w0");
        }

        Assert.Equal("w0", Place(rig, "in-time", prompt + SchedulerRig.Letters('z', 50), 1).Ticket!.Worker.Value);
    }

    [Fact]
    public void What_cannot_be_in_time_may_be_served_later_instead()
    {
        var rig = new SchedulerRig(workers: 2, options: new SchedulerOptions { LateRequests = LateRequests.Downgrade });
        var late = Place(rig, "late", SchedulerRig.Letters('a', 3000), 1).Ticket!;
        var soon = Place(rig, "soon", SchedulerRig.Letters('b', 300), 1).Ticket!;
        Assert.Equal((1, 0), (late.PriorityShift, soon.PriorityShift));
    }

    [Fact]
    public void A_target_of_the_server_counts_for_requests_without_their_own_and_never_for_one_that_a_worker_has_failed()
    {
        var rig = new SchedulerRig(workers: 2, options: new SchedulerOptions { TtftTargetSeconds = 1 });
        var prompt = SchedulerRig.Letters('a', 3000);
        Assert.Equal(RejectionReason.TargetUnreachable, Place(rig, "r", prompt, 0).Rejection!.Reason);
        Assert.NotNull(Place(rig, "patient", prompt, 10).Ticket);
        Assert.Equal("w1", rig.Ticket("again", SchedulerRig.Letters('b', 3000), excluded: "w0").Worker.Value);
    }

    [Fact]
    public void What_a_request_has_waited_at_the_scheduler_is_taken_off_its_target()
    {
        var rig = new SchedulerRig(workers: 1, options: new SchedulerOptions { RequestsPerWorker = 1, TtftTargetSeconds = 2 });
        var first = rig.Ask("first", "a")!.Ticket!;
        Assert.Null(rig.Ask("waits", SchedulerRig.Letters('b', 1500)));
        rig.Now = TimeSpan.FromSeconds(1);
        rig.Complete(first, 1, 1);
        Assert.Equal(RejectionReason.TargetUnreachable, Assert.Single(rig.Core.TakeAnswers(rig.Now)).Result.Rejection!.Reason);
    }

    [Fact]
    public void Without_a_target_nothing_is_refused()
    {
        var rig = new SchedulerRig(workers: 1);
        Assert.NotNull(Place(rig, "r", SchedulerRig.Letters('a', 3000), 0).Ticket);
    }

    private static PlacementResult Place(SchedulerRig rig, string name, string tokens, double target) => rig.Core.Place(
        new PlacementQuery(new RequestId(name), ImmutableArray.Create(PromptBlocks.Of(tokens, 1)), tokens.Length, 16, [])
        {
            TtftTargetSeconds = target,
        },
        rig.Now);
}
