using Preble.Core.Placement;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>Who may take a request, and the refusals.</summary>
public sealed class AdmissionTests
{
    [Fact]
    public void Without_a_worker_the_client_is_told_when_to_come_back()
    {
        var rejection = new SchedulerRig(workers: 0).Place("r", "abc").Rejection!;
        Assert.Equal((RejectionReason.NoWorker, 5.0), (rejection.Reason, rejection.RetryAfterSeconds));
    }

    [Fact]
    public void A_prompt_over_every_context_is_refused_with_the_numbers()
    {
        var rig = new SchedulerRig(workers: 0);
        rig.Register("small", context: 50);
        rig.Register("large", context: 100);
        Assert.Equal("large", rig.Ticket("r0", Letters('a', 60)).Worker.Value);
        Assert.Equal("large", rig.Ticket("r1", Letters('b', 99)).Worker.Value);
        var rejection = rig.Place("r2", Letters('c', 100)).Rejection!;
        Assert.Equal((RejectionReason.PromptTooLong, 0.0), (rejection.Reason, rejection.RetryAfterSeconds));
        Assert.Contains("100 tokens", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_over_a_workers_memory_does_not_go_there()
    {
        var rig = new SchedulerRig(workers: 0, blockSize: 16);
        rig.Register("w0", totalBlocks: 4, context: 1000);
        Assert.Equal(RejectionReason.PromptTooLong, rig.Place("r", Letters('a', 64)).Rejection!.Reason);
        Assert.NotNull(rig.Place("q", Letters('a', 63)).Ticket);
    }

    [Fact]
    public void When_every_queue_is_full_the_client_is_told_to_wait_for_about_one_request()
    {
        var rig = new SchedulerRig(options: new SchedulerOptions { RequestsPerWorker = 2 });
        for (var index = 0; index < 4; index++)
        {
            rig.Ticket($"r{index}", Letters((char)('a' + index), 2000), output: 100);
        }

        var rejection = rig.Place("r4", Letters('e', 10)).Rejection!;
        Assert.Equal((RejectionReason.QueueFull, 3.0), (rejection.Reason, rejection.RetryAfterSeconds));
    }

    [Fact]
    public void A_full_holder_gives_way_to_a_worker_with_room()
    {
        var rig = new SchedulerRig(options: new SchedulerOptions { RequestsPerWorker = 2 });
        var workers = Enumerable.Range(0, 4).Select(index => rig.Ticket($"r{index}", Letters('a', 100)).Worker.Value);
        Assert.Equal(["w0", "w0", "w1", "w1"], workers);
    }

    [Fact]
    public void A_workers_own_count_of_waiting_requests_fills_it_too()
    {
        var rig = new SchedulerRig(options: new SchedulerOptions { RequestsPerWorker = 10 });
        rig.Report(rig.Status("w0") with { WaitingRequests = 6, RunningRequests = 4 });
        Assert.Equal("w1", rig.Ticket("r", "abc").Worker.Value);
    }

    [Fact]
    public void Draining_and_excluded_workers_get_nothing()
    {
        var rig = new SchedulerRig(workers: 3);
        rig.Store("w0", Letters('a', 100));
        rig.Report(rig.Status("w0") with { Draining = true });
        Assert.Equal("w2", rig.Ticket("r", Letters('a', 100), 16, "w1").Worker.Value);
        Assert.Equal(RejectionReason.NoWorker, rig.Place("q", "a", 16, "w1", "w2").Rejection!.Reason);
    }

    [Fact]
    public void A_request_in_flight_is_not_placed_again_unless_its_worker_failed_it()
    {
        var rig = new SchedulerRig();
        Assert.Equal("w0", rig.Ticket("r", Letters('a', 100)).Worker.Value);
        Assert.Equal(RejectionReason.DuplicateRequest, rig.Place("r", Letters('a', 100)).Rejection!.Reason);
        Assert.Equal("w1", rig.Ticket("r", Letters('a', 100), 16, "w0").Worker.Value);
        Assert.Equal((0, 1), (rig.Overview("w0").BookedRequests, rig.Overview("w1").BookedRequests));
    }

    [Fact]
    public void More_blocks_than_the_prompt_can_have_are_refused()
    {
        var rig = new SchedulerRig();
        var query = new PlacementQuery(new RequestId("r"), [.. PromptBlocks.Of("abc")], 2, 16, []);
        Assert.Equal(RejectionReason.InvalidRequest, rig.Core.Place(query, default).Rejection!.Reason);
    }
}
