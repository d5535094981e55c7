using System.Collections.Immutable;
using Preble.Core.Placement;
using Preble.Core.Placement.Prefixes;

namespace Preble.Core.Tests.Placement;

/// <summary>The record of a hot prefix: a window in two halves, and hot or cold without flicker.</summary>
[Trait("paper", "§3.2 prefix window")]
public sealed class PrefixNodeCoreTests
{
    private static readonly PrefixNodeId Node = new(new ModelId("model"), new BlockHash(1, 2));
    private readonly PrefixNodeCore _core = new(Node, new SchedulerOptions { HotRequests = 8, ColdRequests = 2 });

    [Fact]
    public void The_record_counts_requests_and_averages_their_queueing_time_within_the_window()
    {
        Report(0, 2, 1.0);
        var record = Report(100, 2, 2.0);
        Assert.Equal((4, 0.75), (record.WindowRequests, record.WindowQueueSeconds));
        var later = _core.Record(TimeSpan.FromSeconds(180));
        Assert.Equal((2, 1.0), (later.WindowRequests, later.WindowQueueSeconds));
        var empty = _core.Record(TimeSpan.FromSeconds(280));
        Assert.Equal((0, 0.0), (empty.WindowRequests, empty.WindowQueueSeconds));
    }

    [Fact]
    public void It_is_hot_with_enough_requests_in_the_window()
    {
        Assert.False(Report(0, 7, 0).Hot);
        Assert.True(Report(1, 1, 0).Hot);
    }

    [Fact]
    public void It_cools_only_when_both_halves_are_cold()
    {
        Report(0, 8, 0);
        Assert.True(_core.Record(TimeSpan.FromSeconds(179)).Hot);
        Report(179, 2, 0);
        Assert.True(_core.Record(TimeSpan.FromSeconds(181)).Hot);
        Assert.True(_core.Record(TimeSpan.FromSeconds(300)).Hot);
        Assert.False(_core.Record(TimeSpan.FromSeconds(360)).Hot);
    }

    [Fact]
    public void A_queueing_time_told_after_its_request_counts()
    {
        Report(0, 4, 0);
        Assert.Equal(0.5, Report(1, 0, 2.0).WindowQueueSeconds);
    }

    [Fact]
    public void Memory_is_bounded_however_often_it_is_told()
    {
        for (var index = 0; index < 2000; index++)
        {
            Report(0, 1, 0);
        }

        Assert.Equal(Limits.PrefixNodeSightings, _core.Record(TimeSpan.Zero).WindowRequests);
    }

    [Fact]
    public void A_report_for_another_node_is_a_bug()
    {
        var other = Node with { Hash = new BlockHash(3, 4) };
        Assert.Throws<InvariantException>(() => _core.Report(new PrefixNodeReport(other, 1, 1, 0, []), TimeSpan.Zero));
    }

    [Fact]
    public void When_waiting_doubles_it_takes_the_lightest_worker_that_is_proposed()
    {
        Assert.Empty(Wait(0, 4, 0.04, "w1").Assigned);
        var record = Wait(120, 4, 0.085, "w0", "w1", "w2");
        Assert.Equal(["w0", "w1"], Ids(record));
        Assert.Equal(1, record.Generation);
        Assert.Equal(["w0", "w1"], Ids(Wait(121, 4, 0.085, "w2")));
    }

    [Fact]
    public void It_grows_by_one_worker_at_a_time_and_no_further_than_the_cap()
    {
        var core = new PrefixNodeCore(Node, new SchedulerOptions { HotRequests = 8, MostReplicas = 3 });
        var (assigned, seconds) = (ImmutableArray<WorkerId>.Empty, 0.1);
        for (var (second, generation) = (0, 0L); second < 3_000; second += 20)
        {
            var workers = Enumerable.Range(0, 9).Select(index => new WorkerId($"w{index}")).ToImmutableArray();
            var report = new PrefixNodeReport(Node, 100, 4, seconds * 4, [new WorkerId("w0")])
            {
                QueuedRequests = 4, Candidates = workers, Assigned = assigned, Generation = generation,
            };
            var record = core.Report(report, TimeSpan.FromSeconds(second));
            Assert.InRange(record.Assigned.Length - assigned.Length, 0, 2);
            (assigned, generation) = (record.Assigned, record.Generation);
            seconds *= 1.2;
        }

        Assert.Equal(3, assigned.Length);
    }

    [Fact]
    public void Without_a_lighter_worker_or_switched_off_it_grows_not()
    {
        Wait(0, 4, 0.04);
        Assert.Empty(Wait(120, 4, 0.4).Assigned);
        var off = new PrefixNodeCore(Node, new SchedulerOptions { Replicate = false });
        off.Report(Waiting(4, 0.04, "w1"), TimeSpan.Zero);
        Assert.Empty(off.Report(Waiting(4, 0.4, "w1"), TimeSpan.FromSeconds(120)).Assigned);
    }

    [Fact]
    public void Times_to_the_first_token_stand_in_for_queueing_times_that_nobody_knows()
    {
        _core.Report(FirstTokens(0.04), TimeSpan.Zero);
        Assert.Equal(["w0", "w1"], Ids(_core.Report(FirstTokens(0.085), TimeSpan.FromSeconds(120))));

        var known = new PrefixNodeCore(Node, new SchedulerOptions());
        known.Report(FirstTokens(0.04) with { QueuedRequests = 4 }, TimeSpan.Zero);
        Assert.Empty(known.Report(FirstTokens(0.085) with { QueuedRequests = 4 }, TimeSpan.FromSeconds(120)).Assigned);

        static PrefixNodeReport FirstTokens(double seconds) => Waiting(4, 0, "w1") with
        {
            QueuedRequests = 0, TtftSeconds = 4 * seconds, TtftRequests = 4,
        };
    }

    [Fact]
    public void It_gives_its_workers_up_once_both_halves_are_cold()
    {
        Wait(0, 4, 0.04);
        Wait(120, 4, 0.4, "w1");
        var warm = _core.Record(TimeSpan.FromSeconds(299));
        Assert.Equal((2, 1L), (warm.Assigned.Length, warm.Generation));
        var cold = _core.Record(TimeSpan.FromSeconds(301));
        Assert.Equal((0, 2L), (cold.Assigned.Length, cold.Generation));
    }

    [Fact]
    public void It_believes_a_newer_assignment_of_the_scheduler_and_keeps_its_own_against_an_older()
    {
        var moved = Waiting(1, 0) with { Assigned = [new WorkerId("w7")], Generation = 5 };
        Assert.Equal(["w7"], Ids(_core.Report(moved, TimeSpan.Zero)));
        var restarted = _core.Report(Waiting(1, 0), TimeSpan.FromSeconds(1));
        Assert.Equal(["w7"], Ids(restarted));
        Assert.Equal(5, restarted.Generation);
    }

    private PrefixNodeRecord Wait(int second, int requests, double seconds, params string[] candidates) =>
        _core.Report(Waiting(requests, seconds, candidates), TimeSpan.FromSeconds(second));

    private static PrefixNodeReport Waiting(int requests, double seconds, params string[] candidates) =>
        new(Node, 100, requests, requests * seconds, [new WorkerId("w0")])
        {
            QueuedRequests = requests, Candidates = [.. candidates.Select(id => new WorkerId(id))],
        };

    private static IEnumerable<string> Ids(PrefixNodeRecord record) => record.Assigned.Select(id => id.Value);

    private PrefixNodeRecord Report(int second, int requests, double queueSeconds) =>
        _core.Report(new PrefixNodeReport(Node, 100, requests, queueSeconds, [new WorkerId("w0")]), TimeSpan.FromSeconds(second));
}
