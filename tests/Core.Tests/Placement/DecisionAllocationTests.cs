using Preble.Core.Placement;
using Preble.Core.Radix;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>A decision allocates nothing, however many workers there are and whatever they hold; and it looks at its path alone.</summary>
public sealed class DecisionAllocationTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(256)]
    public void A_decision_allocates_nothing(int workers)
    {
        var rig = new SchedulerRig(workers, options: new SchedulerOptions { RequestsPerWorker = 100_000 }, totalBlocks: 900);
        for (var index = 0; index < 4 * workers; index++)
        {
            rig.Store($"w{index % workers}", Letters((char)('a' + (index % 50)), 400));
            rig.Ticket($"r{index}", Letters((char)('a' + (index % 70)), 400) + (char)('A' + index));
        }

        var exploit = Query("exploit", Letters('b', 400) + "?");
        var explore = Query("explore", Letters('~', 700)) with { SessionHash = 7 };
        for (var round = 0; round < 100; round++)
        {
            rig.Core.Decide(exploit, rig.Now);
            rig.Core.Decide(explore, rig.Now);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            rig.Core.Decide(exploit, rig.Now);
            rig.Core.Decide(explore, rig.Now);
        }

        // The runtime's own work in a busy test run is a page now and then; a byte of ours would be two hundred.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 199);
        Assert.InRange(rig.Core.LastVisits, 0, 2 + HolderSet.Few);
    }

    [Fact]
    public void Bookings_are_used_again()
    {
        var rig = new SchedulerRig(options: new SchedulerOptions { ResidencyGrace = TimeSpan.Zero, Window = TimeSpan.FromSeconds(1) });
        var prompt = Letters('a', 100);
        var queries = Enumerable.Range(0, 400).Select(index => Query($"r{index}", prompt)).ToArray();
        var after = 0L;
        for (var index = 0; index < queries.Length; index++)
        {
            if (index == 200)
            {
                after = GC.GetAllocatedBytesForCurrentThread();
            }

            var ticket = rig.Core.Place(queries[index], rig.Now).Ticket!;
            rig.Complete(ticket, 100, 5);
            rig.Now += TimeSpan.FromSeconds(0.1);
        }

        // The ticket, the result and the completion are messages; a booking alone would add 150 bytes to these.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - after) / 200, 1, 300);
        rig.Core.Audit();
    }

    private static PlacementQuery Query(string request, string tokens) =>
        new(new RequestId(request), [.. PromptBlocks.Of(tokens)], tokens.Length, 16, []);
}
