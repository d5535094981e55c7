using Preble.Core.Placement;
using Preble.Core.Radix;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>What went wrong in earlier schedulers of this kind, once each: none of it may happen here.</summary>
public sealed class KnownDefectTests
{
    [Fact]
    public void Identical_prompts_all_go_to_the_worker_that_has_the_first()
    {
        var rig = new SchedulerRig();
        var workers = Enumerable.Range(0, 6).Select(index => rig.Ticket($"r{index}", Letters('a', 1000)).Worker.Value);
        Assert.Equal(["w0", "w0", "w0", "w0", "w0", "w0"], workers);
    }

    [Fact]
    public void Among_replicas_the_chosen_one_is_a_replica()
    {
        var rig = new SchedulerRig(workers: 4);
        rig.Store("w2", Letters('a', 100));
        rig.Store("w3", Letters('a', 100));
        Assert.Equal("w2", rig.Ticket("r0", Letters('a', 100) + "b").Worker.Value);
        Assert.Equal("w3", rig.Ticket("r1", Letters('a', 100) + "c").Worker.Value);
    }

    [Theory]
    [InlineData(375)]
    [InlineData(450)]
    public void Unrelated_prompts_of_any_length_spread_evenly(int length)
    {
        var rig = new SchedulerRig(workers: 4, options: new SchedulerOptions { RequestsPerWorker = 1000 });
        var perWorker = Enumerable.Range(0, 400)
            .Select(index => rig.Ticket($"r{index}", (char)('a' + index) + Letters('z', length - 1)).Worker.Value)
            .CountBy(worker => worker, StringComparer.Ordinal);
        Assert.All(perWorker, pair => Assert.Equal(100, pair.Value));
    }

    [Fact]
    public void A_failed_request_changes_no_later_decision()
    {
        var (rig, untouched) = (new SchedulerRig(), new SchedulerRig());
        var failed = rig.Ticket("failed", Letters('x', 50));
        rig.Complete(failed, prompt: 50, output: 0, queueSeconds: double.NaN, succeeded: false);
        for (var index = 0; index < 10; index++)
        {
            var prompt = Letters((char)('a' + index), 20 + index);
            Assert.Equal(untouched.Ticket($"r{index}", prompt), rig.Ticket($"r{index}", prompt));
        }
    }

    [Fact]
    public void An_eviction_deep_in_the_tree_is_understood()
    {
        var rig = new SchedulerRig();
        var (shorter, longer) = (Letters('a', 50) + Letters('b', 50), Letters('a', 50) + Letters('b', 50) + Letters('c', 50));
        rig.Store("w0", Letters('a', 50) + Letters('d', 10));
        rig.Store("w0", longer);
        rig.Evict("w0", longer, 60);
        Assert.Equal(90, rig.Ticket("r", shorter).HitTokens);
    }

    [Fact]
    public void A_request_that_outlives_the_window_ends_without_a_trace()
    {
        var rig = new SchedulerRig();
        var ticket = rig.Ticket("r", Letters('a', 100));
        rig.Now += TimeSpan.FromMinutes(4);
        rig.Report("w0");
        rig.Report("w1");
        rig.Core.Tick(rig.Now);
        Assert.True(rig.Overview("w0").LoadSeconds > 0, "it is still to be done");
        rig.Complete(ticket, 100, 1000);
        Assert.Equal(0, rig.Overview("w0").LoadSeconds);
        Assert.Equal(0, rig.Overview("w0").BookedRequests);
        rig.Core.Audit();
    }

    [Fact]
    public void The_tree_forgets_what_no_worker_holds_and_no_request_of_the_window_shares()
    {
        var rig = new SchedulerRig();
        for (var index = 0; index < 300; index++)
        {
            rig.Complete(rig.Ticket($"r{index}", (char)('a' + index) + Letters('z', 199)), 200, 1);
        }

        Assert.Equal(60_000, rig.IndexedBlocks);
        rig.Now += TimeSpan.FromMinutes(3);
        Assert.Equal(0, rig.IndexedBlocks);
    }

    [Fact]
    public void The_window_expires_without_new_requests()
    {
        var rig = new SchedulerRig();
        rig.Complete(rig.Ticket("r", Letters('a', 100)), 100, 10);
        Assert.Equal(0.200, rig.Overview("w0").LoadSeconds, 6);
        rig.Now += TimeSpan.FromMinutes(3) - TimeSpan.FromTicks(1);
        Assert.Equal(0.200, rig.Overview("w0").LoadSeconds, 6);
        rig.Now += TimeSpan.FromTicks(1);
        Assert.Equal(0, rig.Overview("w0").LoadSeconds);
    }

    [Fact]
    public void A_request_that_nobody_completes_is_dropped_in_the_end()
    {
        var rig = new SchedulerRig();
        rig.Ticket("r", Letters('a', 100));
        rig.Now += new SchedulerOptions().BookingTimeout;
        Assert.Equal(0, rig.Overview("w0").BookedRequests);
        Assert.Equal(0, rig.Overview("w0").LoadSeconds);
        Assert.Equal(0, rig.IndexedBlocks);
    }

    [Fact]
    public void An_empty_prompt_is_refused_and_one_without_a_full_block_explores()
    {
        var rig = new SchedulerRig(blockSize: 16);
        Assert.Equal(RejectionReason.InvalidRequest, rig.Place("empty", "").Rejection!.Reason);
        Assert.Equal(PlacementReason.Explore, rig.Ticket("short", "abc").Reason);
        Assert.Equal(PlacementReason.Explore, rig.Ticket("again", "abc").Reason);
    }

    [Fact]
    public void Depths_stay_right_when_edges_are_cut_above_and_below()
    {
        var tree = new RadixTree();
        var leaf = tree.Insert(PromptBlocks.Of("abcdefgh"), int.MaxValue)!;
        tree.Insert(PromptBlocks.Of("abcx"), int.MaxValue);
        tree.Insert(PromptBlocks.Of("ay"), int.MaxValue);
        tree.Insert(PromptBlocks.Of("abcdez"), int.MaxValue);
        Assert.Equal([5, 3, 1, 0], Ancestors(leaf).Select(node => node.Depth));
        Assert.Equal([3, 2, 2, 1], Ancestors(leaf).Select(node => node.Count));
    }

    [Fact]
    public void What_is_assigned_to_a_prefix_binds_what_is_below_it_and_nothing_above()
    {
        var rig = new SchedulerRig(workers: 3);
        var (root, middle, leaf) = (Letters('r', 30), Letters('r', 30) + Letters('m', 40), Letters('r', 30) + Letters('m', 40) + Letters('x', 60));
        rig.Assign(middle, generation: 1, "w2");
        Assert.Empty(rig.AssignedTo(root));
        Assert.Equal(["w2"], rig.AssignedTo(middle));
        Assert.Equal(["w2"], rig.AssignedTo(leaf));
        rig.Assign(leaf, generation: 1, "w1");
        Assert.Equal(["w1"], rig.AssignedTo(leaf));
        Assert.Equal(["w2"], rig.AssignedTo(middle + "y"));
    }

    [Fact]
    public void A_prefix_whose_assigned_workers_have_all_gone_is_placed_as_if_it_had_none()
    {
        var rig = new SchedulerRig(workers: 2);
        var prompt = Letters('a', 50);
        rig.Assign(prompt, generation: 1, "w1");
        rig.Core.Lose(new WorkerId("w1"), rig.Now);
        Assert.Equal("w0", rig.Ticket("r", prompt).Worker.Value);
        rig.Core.Tick(rig.Now);
        rig.Core.Audit();
    }

    [Fact]
    public void A_worker_that_a_node_names_twice_is_assigned_once_and_leaves_whole()
    {
        var rig = new SchedulerRig();
        rig.Assign("aaaa", 1, "w0", "w0");
        rig.Core.Lose(new WorkerId("w0"), rig.Now);
        rig.Core.Audit();
        Assert.Empty(rig.AssignedTo("aaaab"));
    }

    [Fact]
    public void An_assignment_outlives_cuts_and_joins_of_the_edges_it_lies_on()
    {
        var rig = new SchedulerRig(workers: 2);
        var prompt = Letters('a', 50);
        rig.Store("w0", prompt + Letters('b', 50));
        rig.Assign(prompt, generation: 1, "w1");
        rig.Store("w0", Letters('a', 20) + Letters('c', 5));
        rig.Store("w0", Letters('a', 49) + "d");
        Assert.Equal(["w1"], rig.AssignedTo(prompt + "b"));
        rig.Evict("w0", Letters('a', 49) + "d", 1);
        rig.Evict("w0", prompt + Letters('b', 50), 100);
        Assert.Equal(["w1"], rig.AssignedTo(prompt + "b"));
    }

    private static IEnumerable<RadixNode> Ancestors(RadixNode leaf)
    {
        for (var node = leaf; node is not null; node = node.Parent)
        {
            yield return node;
        }
    }
}
