using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching.Queueing;

public sealed class FairnessTests
{
    private static readonly WorkerCoreOptions Options = new()
    {
        BlockSize = 4, BlockCount = 64, ContextTokens = 100, StepTokens = 16, RunningSequences = 1, WatermarkShare = 0, WaitingRequests = 1000,
    };

    [Fact]
    public void A_lower_priority_value_goes_first_whoever_came_first()
    {
        var rig = new WorkerRig(Options);
        Submit(rig, "common", priority: 0);
        Submit(rig, "later", priority: 5);
        Submit(rig, "urgent", priority: -3);
        Submit(rig, "urgent2", priority: -3);
        Assert.Equal(["urgent", "urgent2", "common", "later"], Starts(rig));
    }

    [Fact]
    public void Among_running_ones_the_lowest_priority_gives_way_first_though_it_is_the_oldest()
    {
        var rig = new WorkerRig(Options with { BlockSize = 2, BlockCount = 5, RunningSequences = 4, ForecastGrowth = false });
        Submit(rig, "low", priority: 1, outputTokens: 8, prompt: [1, 2, 3]);
        Submit(rig, "high", priority: 0, outputTokens: 8, prompt: [4, 5, 6]);
        rig.RunToEnd();
        Assert.True(rig.Core.Counters(rig.Now).PreemptionsTotal > 0, "the pool was meant to be too small");
        Assert.Equal("high", rig.Ends.Keys.First().Value);
    }

    [Fact]
    public void A_flood_of_one_tenant_does_not_hold_up_another()
    {
        var rig = new WorkerRig(Options);
        for (var i = 0; i < 50; i++)
        {
            Submit(rig, $"flood{i}", tenant: "flood");
        }

        rig.RunSteps(20);
        for (var i = 0; i < 5; i++)
        {
            Submit(rig, $"other{i}", tenant: "other");
        }

        // Equal requests and equal turns: from now on every second one is the other's.
        var order = Starts(rig).Take(10).ToList();
        Assert.Equal(5, order.Count(request => request.StartsWith("other", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_fairness_the_flood_goes_first()
    {
        var rig = new WorkerRig(Options with { Fairness = false });
        for (var i = 0; i < 10; i++)
        {
            Submit(rig, $"flood{i}", tenant: "flood");
        }

        Submit(rig, "other", tenant: "other");
        Assert.Equal("other", Starts(rig)[^1]);
    }

    [Fact]
    public void Turns_are_shared_by_tokens_an_output_token_counts_twice_an_input_token_once()
    {
        // Each request of a costs 1 + 2 · 2 = 5, each of b 11 + 2 · 2 = 15: three of a go for one of b.
        var rig = new WorkerRig(Options);
        for (var i = 0; i < 40; i++)
        {
            Submit(rig, $"a{i}", tenant: "a", outputTokens: 2, prompt: [i]);
            Submit(rig, $"b{i}", tenant: "b", outputTokens: 2, prompt: [.. Enumerable.Range(100 + i, 11)]);
        }

        Assert.InRange(Starts(rig).Take(40).Count(request => request[0] == 'a'), 29, 31);
    }

    [Fact]
    public void Who_comes_back_from_doing_nothing_has_saved_up_no_turns()
    {
        var rig = new WorkerRig(Options);
        Submit(rig, "b0", tenant: "b");
        for (var i = 0; i < 30; i++)
        {
            Submit(rig, $"a{i}", tenant: "a");
        }

        // For twenty requests b had nothing to do; then it comes with many.
        rig.RunSteps(80);
        for (var i = 1; i < 10; i++)
        {
            Submit(rig, $"b{i}", tenant: "b");
        }

        var next = Starts(rig).Take(8).ToList();
        Assert.InRange(next.Count(request => request[0] == 'b'), 3, 5);
    }

    [Fact]
    public void More_tenants_than_are_counted_are_all_served()
    {
        var rig = new WorkerRig(Options with { RunningSequences = 4 });
        for (var i = 0; i < 3 * Limits.FairTenants; i++)
        {
            Submit(rig, $"r{i}", tenant: $"tenant{i}", outputTokens: 1);
        }

        rig.RunToEnd();
        Assert.Equal(3 * Limits.FairTenants, rig.Ends.Count);
        Submit(rig, "last", tenant: "a new one", outputTokens: 1);
        rig.RunToEnd();
    }

    [Fact]
    public void More_priorities_than_are_remembered_are_all_served_in_order()
    {
        var rig = new WorkerRig(Options);
        for (var i = 0; i < 3 * Limits.PriorityLevels; i++)
        {
            Submit(rig, $"r{i}", priority: -i, outputTokens: 1);
        }

        Assert.Equal(Enumerable.Range(0, 3 * Limits.PriorityLevels).Reverse().Select(i => $"r{i}"), Starts(rig));
    }

    private static void Submit(
        WorkerRig rig, string request, int priority = 0, string tenant = "", int outputTokens = 4, int[]? prompt = null) =>
        Assert.Null(rig.Submit(WorkerRig.Command(request, prompt ?? [7, 7], outputTokens) with { Priority = priority, Tenant = tenant }));

    /// <summary>Runs what is left; the requests in the order of their first steps.</summary>
    private static List<string> Starts(WorkerRig rig)
    {
        List<string> order = [];
        while (rig.Core.HasWork)
        {
            rig.Step();
            order.AddRange(rig.LastStep.Select(chunk => chunk.Request).Except(order, StringComparer.Ordinal));
        }

        return order;
    }
}
