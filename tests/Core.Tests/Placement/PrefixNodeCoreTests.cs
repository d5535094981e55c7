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

    private PrefixNodeRecord Report(int second, int requests, double queueSeconds) =>
        _core.Report(new PrefixNodeReport(Node, 100, requests, queueSeconds, [new WorkerId("w0")]), TimeSpan.FromSeconds(second));
}
