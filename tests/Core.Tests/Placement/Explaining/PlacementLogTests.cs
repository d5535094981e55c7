using System.Collections.Immutable;
using Preble.Core.Placement;
using Preble.Core.Placement.Explaining;
using Preble.Core.Placement.Policies;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement.Explaining;

/// <summary>The last decisions: what is remembered of them, how they are found, and that remembering costs nothing.</summary>
public sealed class PlacementLogTests
{
    [Fact]
    public void A_decision_is_remembered_with_what_was_known_before_it_was_booked()
    {
        var rig = new SchedulerRig(workers: 2, blockSize: 4, options: new SchedulerOptions { Policy = "least-loaded" });
        rig.Store("w1", Letters('a', 8));
        rig.Ticket("r0-0", Letters('b', 10));
        rig.Now = TimeSpan.FromSeconds(2);
        rig.Ticket("r1-0", Letters('a', 10), output: 30);
        rig.Now = TimeSpan.FromSeconds(5);
        var record = Assert.Single(rig.Core.FindPlacements(new RequestId("r1"), rig.Now));
        Assert.Equal(("r1-0", 3.0, "least-loaded", PlacementMeasure.Requests), (record.Request.Value, record.AgeSeconds, record.Policy, record.Measure));
        Assert.Equal((PlacementReason.Policy, "w1"), (record.Reason!.Value, record.Worker!.Value.Value));
        Assert.Equal((10, 2, 8, 2, 30), (record.PromptTokens, record.PromptBlocks, record.HitTokens, record.MissedTokens, record.ExpectedOutputTokens));
        Assert.Null(record.Rejection);
        Assert.Equal(
            [("w0", 0, 1, 1.0), ("w1", 8, 0, 0.0)],
            record.Workers.Select(worker => (worker.Worker.Value, worker.OverlapTokens, worker.InFlight, worker.Total)));
        Assert.Equal("The policy goes by load; w1 has 0 requests in flight, the next, w0, 1 request in flight.", record.Explanation);
    }

    [Fact]
    public void A_request_is_found_by_its_name_and_by_those_of_its_choices_and_attempts()
    {
        var rig = new SchedulerRig(workers: 2);
        rig.Core.Place(Query("ab-0") with { Siblings = [new RequestId("ab-1")] }, default);
        rig.Core.Place(Query("abc-0"), default);
        rig.Core.Place(Query("ab-0-2"), default);
        Assert.Equal(["ab-0", "ab-0-2"], Found(rig, "ab"));
        Assert.Equal(["ab-0", "ab-0-2"], Found(rig, "ab-0"));
        Assert.Equal(["ab-0"], Found(rig, "ab-1"));
        Assert.Equal(["ab-0-2"], Found(rig, "ab-0-2"));
        Assert.Equal(["abc-0"], Found(rig, "abc"));
        Assert.Empty(Found(rig, "a"));
        Assert.Empty(Found(rig, ""));
    }

    [Fact]
    public void A_refusal_is_remembered_with_its_reason()
    {
        var rig = new SchedulerRig(workers: 1, options: new SchedulerOptions { RequestsPerWorker = 1 });
        rig.Ticket("r0", "abc");
        rig.Place("r1", "abc");
        rig.Place("r0", "abc");
        var placements = rig.Core.Placements(new PlacementFilter(10, Refused: true), rig.Now);
        Assert.Equal(
            [(RejectionReason.DuplicateRequest, "r0"), (RejectionReason.QueueFull, "r1")],
            placements.Select(record => (record.Rejection!.Reason, record.Request.Value)));
        Assert.All(placements, record => Assert.Equal((null, null, 0), ((object?)record.Reason, (object?)record.Worker, record.Workers.Length)));
        Assert.Equal($"Refused: {placements[1].Rejection!.Message}", placements[1].Explanation);
    }

    [Fact]
    public void A_request_that_waited_is_remembered_once_when_it_was_placed_or_given_up()
    {
        var options = new SchedulerOptions { RequestsPerWorker = 1, QueuedRequests = 5, QueuePatience = TimeSpan.FromSeconds(10) };
        var rig = new SchedulerRig(workers: 1, options: options);
        var first = rig.Core.Ask(Query("r0"), rig.Now)!.Ticket!;
        Assert.Null(rig.Core.Ask(Query("r1"), rig.Now));
        Assert.Null(rig.Core.Ask(Query("r2"), rig.Now));
        Assert.Empty(rig.Core.TakeAnswers(rig.Now));
        Assert.Equal(["r0"], Last(rig, new PlacementFilter(10)));
        rig.Complete(first, 3, 1);
        Assert.Single(rig.Core.TakeAnswers(rig.Now));
        Assert.Equal(["r1", "r0"], Last(rig, new PlacementFilter(10)));
        rig.Now = TimeSpan.FromSeconds(11);
        rig.Report("w0");
        Assert.Single(rig.Core.TakeAnswers(rig.Now));
        Assert.Equal(["r2", "r1", "r0"], Last(rig, new PlacementFilter(10)));
        Assert.Equal(["r2"], Last(rig, new PlacementFilter(10, Refused: true)));
    }

    [Fact]
    public void The_last_come_first_and_pass_the_filter()
    {
        var rig = new SchedulerRig(workers: 2, options: new SchedulerOptions { Policy = "round-robin" });
        for (var index = 0; index < 6; index++)
        {
            rig.Ticket($"r{index}", "abc");
        }

        Assert.Equal(["r5", "r4"], Last(rig, new PlacementFilter(2)));
        Assert.Equal(["r4", "r2", "r0"], Last(rig, new PlacementFilter(10, new WorkerId("w0"))));
        Assert.Equal(["r5"], Last(rig, new PlacementFilter(1, new WorkerId("w1"), PlacementReason.Policy)));
        Assert.Empty(Last(rig, new PlacementFilter(10, Reason: PlacementReason.Exploit)));
        Assert.Empty(Last(rig, new PlacementFilter(10, Refused: true)));
        Assert.Empty(Last(rig, new PlacementFilter(0)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    public void No_more_are_remembered_than_the_operator_said(int kept, int found)
    {
        var rig = new SchedulerRig(workers: 2, options: new SchedulerOptions { PlacementsKept = kept });
        for (var index = 0; index < 5; index++)
        {
            rig.Ticket($"r{index}", "abc");
        }

        Assert.Equal(found, Last(rig, new PlacementFilter(10)).Length);
        Assert.Empty(Found(rig, "r1"));
    }

    [Fact]
    public void When_the_workers_scores_no_longer_fit_the_decision_is_remembered_without_them()
    {
        var log = new PlacementLog("least-loaded", PlacementMeasure.Requests, kept: 10, mostScores: 8);
        var rig = new PolicyRig("least-loaded", workers: 3);
        for (var index = 0; index < 4; index++)
        {
            log.Add(rig.Context, rig.Choose("abc"), default);
        }

        var placements = log.Last(new PlacementFilter(10), default);
        Assert.Equal([3, 3, 0, 0], placements.Select(record => record.Workers.Length));
        Assert.Equal("The policy goes by load.", placements[3].Explanation);
    }

    [Fact]
    public void Remembering_a_decision_allocates_nothing()
    {
        var log = new PlacementLog("least-loaded", PlacementMeasure.Requests, kept: 100, mostScores: 5000);
        var rig = new PolicyRig("least-loaded", workers: 64);
        var decision = rig.Choose("abc");
        log.Add(rig.Context, decision, default);

        // The runtime may set something up now and then; a decision that allocated would do so in each round.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => BytesOf(() => log.Add(rig.Context, decision, default))));
        Assert.Equal(64, log.Last(new PlacementFilter(1), default)[0].Workers.Length);
    }

    private static long BytesOf(Action add)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < 1000; index++)
        {
            add();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static PlacementQuery Query(string request) =>
        new(new RequestId(request), ImmutableArray.Create(PromptBlocks.Of("abc")), 3, 16, []);

    private static string[] Last(SchedulerRig rig, PlacementFilter filter) =>
        [.. rig.Core.Placements(filter, rig.Now).Select(record => record.Request.Value)];

    private static string[] Found(SchedulerRig rig, string request) =>
        [.. rig.Core.FindPlacements(new RequestId(request), rig.Now).Select(record => record.Request.Value)];
}
