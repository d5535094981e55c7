using Preble.Core.Placement;
using Preble.Core.Placement.Prefixes;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement.Balancing;

/// <summary>The scheduler and a prefix's node together: who proposes, who decides, and who remembers.</summary>
[Trait("paper", "§3.2 autoscaling")]
public sealed class ReplicationTests
{
    private static readonly SchedulerOptions Options = new() { Rebalance = true, CopyPrice = 1_000, WorkerTimeout = TimeSpan.FromHours(1) };
    private readonly Dictionary<PrefixNodeId, PrefixNodeCore> _nodes = [];
    private readonly string _prompt = Letters('A', 50);
    private int _requests;

    [Fact]
    public void A_prefix_that_is_all_of_its_workers_load_gets_a_second_worker_when_waiting_doubles()
    {
        var rig = new SchedulerRig(2, options: Options);
        Run(rig, 62, 0.04);
        Beat(rig);
        Assert.Empty(rig.AssignedTo(_prompt));
        rig.Now += TimeSpan.FromMinutes(2);
        Run(rig, 10, 0.085);
        Beat(rig);
        Assert.Equal(["w0", "w1"], rig.AssignedTo(_prompt));
    }

    [Fact]
    public void A_fleet_without_a_much_lighter_worker_replicates_nothing()
    {
        var rig = new SchedulerRig(2, options: Options);
        Run(rig, 20, 0.04);
        Run(rig, 20, 0.04, Letters('B', 50), "w0");
        Beat(rig);
        rig.Now += TimeSpan.FromMinutes(2);
        Run(rig, 10, 0.2);
        Beat(rig);
        Assert.Empty(rig.AssignedTo(_prompt));
    }

    [Fact]
    public void A_scheduler_that_starts_anew_learns_the_assignment_from_the_answer_to_its_first_report()
    {
        var before = new SchedulerRig(2, options: Options);
        Run(before, 62, 0.04);
        Beat(before);
        before.Now += TimeSpan.FromMinutes(2);
        Run(before, 10, 0.085);
        Beat(before);

        var after = new SchedulerRig(2, options: Options) { Now = before.Now };
        Run(after, Options.HotRequests, 0);
        Assert.Empty(after.AssignedTo(_prompt));
        Beat(after);
        Assert.Equal(["w0", "w1"], after.AssignedTo(_prompt));
    }

    [Fact]
    public void A_node_hears_where_rebalancing_has_moved_its_prefix()
    {
        var rig = new SchedulerRig(2, options: Options);
        Run(rig, 50, 0);
        Run(rig, 5, 0, Letters('B', 10));
        rig.Core.Tick(rig.Now);
        Beat(rig);
        var node = _nodes.Single(pair => pair.Key.Hash == PromptBlocks.Of(Letters('B', 10))[^1]).Value;
        Assert.Equal(["w1"], node.Record(rig.Now).Assigned.Select(id => id.Value));
    }

    [Fact]
    public void A_lost_worker_is_no_longer_assigned_and_its_node_hears_of_it()
    {
        var rig = new SchedulerRig(3, options: Options);
        Run(rig, 62, 0.04);
        Beat(rig);
        rig.Now += TimeSpan.FromMinutes(2);
        Run(rig, 10, 0.085);
        Beat(rig);
        rig.Core.Lose(new WorkerId("w1"), rig.Now);
        Assert.Equal(["w0"], rig.AssignedTo(_prompt));
        Run(rig, 10, 0.085);
        Beat(rig);
        Assert.DoesNotContain(new WorkerId("w1"), Assert.Single(_nodes.Values).Record(rig.Now).Assigned);
        Assert.Equal(["w0"], rig.AssignedTo(_prompt));
    }

    [Fact]
    public void Workers_that_a_record_names_and_nobody_knows_are_left_out()
    {
        var rig = new SchedulerRig(1, options: Options);
        var node = new PrefixNodeId(Model, PromptBlocks.Of(_prompt)[^1]);
        var record = new PrefixNodeRecord(node, 50, [], 9, 0, true)
        {
            Assigned = [new WorkerId("w0"), new WorkerId("gone")], Generation = 4,
        };
        rig.Core.TakeAssignments([record], rig.Now);
        Assert.Equal(["w0"], rig.AssignedTo(_prompt));
        rig.Core.TakeAssignments([record with { Generation = 3, Assigned = [] }], rig.Now);
        Assert.Equal(["w0"], rig.AssignedTo(_prompt));
    }

    [Fact]
    public void An_assignment_that_nobody_asks_for_ends_with_the_window()
    {
        var rig = new SchedulerRig(2, options: Options);
        Run(rig, 50, 0);
        Run(rig, 5, 0, Letters('B', 10));
        rig.Core.Tick(rig.Now);
        Assert.Single(rig.Core.Assigned);
        rig.Now += Options.Window;
        rig.Core.Tick(rig.Now);
        Assert.Empty(rig.Core.Assigned);
    }

    private void Beat(SchedulerRig rig)
    {
        var records = new List<PrefixNodeRecord>();
        foreach (var report in rig.Core.TakePrefixReports(rig.Now))
        {
            _nodes.TryAdd(report.Node, new PrefixNodeCore(report.Node, Options));
            records.Add(_nodes[report.Node].Report(report, rig.Now));
        }

        rig.Core.TakeAssignments(records, rig.Now);
    }

    private void Run(SchedulerRig rig, int requests, double queueSeconds, string? prompt = null, string excluded = "w1")
    {
        prompt ??= _prompt;
        for (var index = 0; index < requests; index++)
        {
            rig.Complete(rig.Ticket($"r{_requests++}", prompt, 1, excluded, "w2"), prompt.Length, 0, queueSeconds: queueSeconds);
        }
    }
}
