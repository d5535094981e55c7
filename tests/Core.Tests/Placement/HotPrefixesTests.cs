using Preble.Core.Placement;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>Hot prefixes are judged by their key portion and reported in batches.</summary>
[Trait("paper", "App. A")]
public sealed class HotPrefixesTests
{
    private readonly SchedulerRig _rig = new(workers: 1, options: new SchedulerOptions { HotRequests = 3, ColdRequests = 1 });

    [Fact]
    public void The_deepest_stretch_longer_than_all_before_it_is_reported_once_hot()
    {
        var (system, tool) = (Letters('s', 10), Letters('t', 100));
        for (var index = 0; index < 5; index++)
        {
            _rig.Ticket($"other{index}", system + (char)('A' + index));
        }

        _rig.Core.TakePrefixReports(_rig.Now);
        for (var index = 0; index < 5; index++)
        {
            _rig.Ticket($"r{index}", system + tool + Letters((char)('a' + index), 20));
        }

        var report = Assert.Single(_rig.Core.TakePrefixReports(_rig.Now));
        Assert.Equal(PromptBlocks.Of(system + tool)[^1], report.Node.Hash);
        Assert.Equal((110, 3), (report.Tokens, report.Requests));
        Assert.Equal(["w0"], report.Holders.Select(id => id.Value));
        Assert.Empty(_rig.Core.TakePrefixReports(_rig.Now));
    }

    [Fact]
    public void A_long_unique_tail_is_the_key_portion_itself_and_nothing_is_hot()
    {
        for (var index = 0; index < 5; index++)
        {
            _rig.Ticket($"r{index}", Letters('s', 10) + Letters((char)('a' + index), 20));
        }

        Assert.Empty(_rig.Core.TakePrefixReports(_rig.Now));
    }

    [Fact]
    public void Queueing_times_of_finished_requests_are_told()
    {
        var tickets = Enumerable.Range(0, 4).Select(index => _rig.Ticket($"r{index}", Letters('s', 50) + (char)('a' + index))).ToArray();
        Array.ForEach(tickets, ticket => _rig.Complete(ticket, 51, 1, queueSeconds: 0.25));
        Assert.Equal(0.5, Assert.Single(_rig.Core.TakePrefixReports(_rig.Now)).QueueSeconds);
    }

    [Fact]
    public void Reports_come_in_bounded_batches_and_none_is_forgotten()
    {
        for (var prefix = 0; prefix < 70; prefix++)
        {
            for (var index = 0; index < 3; index++)
            {
                var ticket = _rig.Ticket($"r{prefix}-{index}", Letters((char)('a' + prefix), 20) + (char)('A' + index));
                _rig.Complete(ticket, 21, 1);
            }
        }

        Assert.Equal(Limits.PrefixReportBatch, _rig.Core.TakePrefixReports(_rig.Now).Count);
        Assert.Equal(70 - Limits.PrefixReportBatch, _rig.Core.TakePrefixReports(_rig.Now).Count);
    }
}
