using Preble.Core.Placement;
using Preble.Core.Radix;
using Preble.Testing;

namespace Preble.Core.Tests.Placement;

/// <summary>What a decision costs the scheduler, counted and not timed: neither work nor memory may grow with the tree.</summary>
public sealed class PlaceWorkTests
{
    private const string Question = "?!";
    private static readonly string Shared = SchedulerRig.Letters('s', 64);

    [Theory]
    [InlineData(2)]
    [InlineData(200)]
    public void A_decision_allocates_little_and_as_much_in_a_large_tree_as_in_a_small_one(int workers)
    {
        var (small, large) = (BytesPerPlace(workers, prompts: 1), BytesPerPlace(workers, prompts: 500));
        Assert.InRange(small, 1, 1024);
        Assert.InRange(large, 1, small + 64);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void A_decision_looks_at_its_path_and_at_few_workers_however_many_there_are(int workers)
    {
        var rig = Filled(workers, prompts: 500);
        rig.Ticket("r", Shared + Question);
        Assert.InRange(rig.Core.LastVisits, 1, 2 + HolderSet.Few);
    }

    [Fact]
    public void The_index_remembers_no_more_unheld_prompts_than_it_may()
    {
        var rig = new SchedulerRig(options: new SchedulerOptions { IndexBlocks = 100 });
        for (var index = 0; index < 10; index++)
        {
            rig.Ticket($"r{index}", (char)('a' + index) + SchedulerRig.Letters('z', 39));
        }

        Assert.InRange(rig.IndexedBlocks, 80, 100);
        rig.Core.Audit();
    }

    private static long BytesPerPlace(int workers, int prompts)
    {
        const int rounds = 200;
        var rig = Filled(workers, prompts);
        var queries = Enumerable.Range(0, rounds).Select(index => new PlacementQuery(
            new RequestId($"q{index}"), [.. PromptBlocks.Of(Shared + Question)], Shared.Length + Question.Length, 16, [])).ToArray();
        rig.Core.Place(queries[0], default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 1; index < rounds; index++)
        {
            rig.Core.Place(queries[index], default);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / (rounds - 1);
    }

    private static SchedulerRig Filled(int workers, int prompts)
    {
        var rig = new SchedulerRig(workers, options: new SchedulerOptions { RequestsPerWorker = 100_000, HotRequests = 1_000_000 });
        for (var index = 0; index < prompts; index++)
        {
            rig.Ticket($"r{index}", Shared + (char)('A' + index));
        }

        return rig;
    }
}
