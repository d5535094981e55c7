using Preble.Core.Batching;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.Core.Properties.Batching;

/// <summary>
/// Ten thousand schedules in full worlds: arrivals, forks, cancellations, preemptions, evictions, moves between the tiers, lost blocks, pins,
/// time-outs, jumps of time, drains and failures, with everything audited after every event. And the proof that it would notice.
/// </summary>
public sealed class RandomSchedules(ITestOutputHelper output)
{
    private const int Schedules = 10_000;
    private const int Operations = 32;
    private const int SeedsToFindABug = 300;

    [Fact]
    public void Ten_thousand_schedules_keep_every_promise()
    {
        var seen = new Sightings();
        var start = TimeProvider.System.GetTimestamp();
        for (var seed = 0; seed < Schedules; seed++)
        {
            try
            {
                Run(seed, seen, TransferFault.None, (_, _) => { });
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Schedule {seed} broke a promise: {failure.Message}", failure);
            }
        }

        output.WriteLine($"measured: {Schedules} random schedules in {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F0} s: {seen}");
        Assert.True(seen.Preemptions > 5000 && seen.Evictions > 30_000 && seen.PartialChunks > 10_000, seen.ToString());
        Assert.True(seen.SharedBlocks > 20_000 && seen.Copies > 10_000 && seen.PartialTokens > 10_000, seen.ToString());
        Assert.True(seen.Saves > 10_000 && seen.Loads > 5000 && seen.FailedLoads > 300 && seen.HostHitTokens > 5000, seen.ToString());
        Assert.True(seen.Pinned > 5000 && seen.PinsRefused > 300 && seen.PinsDropped > 50, seen.ToString());
        Assert.True(seen.Drafted > 1000 && seen.Accepted > 300 && seen.Drafted - seen.Accepted > 300, seen.ToString());
        Assert.True(seen.Cancels > 3000 && seen.Failures > 300 && seen.Drains > 300 && seen.Refusals > 3000, seen.ToString());
        Assert.True(seen.Forks > 3000 && seen.Damages > 1000 && seen.Jumps > 3000, seen.ToString());
        Assert.True(seen.Ends[FinishReason.Stop] > 3000 && seen.Ends[FinishReason.Length] > 3000 && seen.Ends[FinishReason.TimedOut] > 300, seen.ToString());
    }

    [Theory]
    [InlineData(TransferFault.WrongCopySource)]
    [InlineData(TransferFault.LoadNotWaitedFor)]
    [InlineData(TransferFault.SkippedSave)]
    [InlineData(TransferFault.SwappedHash)]
    public void A_worker_that_moves_blocks_wrongly_is_found(TransferFault fault) => Finds(fault.ToString(), fault, (_, _) => { });

    [Fact]
    public void A_leaked_block_is_found() => Finds("a leaked block", TransferFault.None, (world, operation) =>
    {
        if (operation == 10 && world.Rig.Core.Pool.FreeCount > 0)
        {
            world.Rig.Core.Pool.Take();
        }
    });

    [Fact]
    public void A_block_under_the_hash_of_another_is_found() => Finds("a swapped hash", TransferFault.None, (world, operation) =>
    {
        var cached = Enumerable.Range(0, world.Rig.Core.Pool.BlockCount).Select(id => world.Rig.Core.Pool[id]).Where(block => block.Hash is not null).ToList();
        if (operation == 20 && cached.Count > 1)
        {
            (cached[0].Hash, cached[1].Hash) = (cached[1].Hash, cached[0].Hash);
        }
    });

    private void Finds(string bug, TransferFault fault, Action<WorkerWorld, int> plant)
    {
        for (var seed = 0; seed < SeedsToFindABug; seed++)
        {
            try
            {
                Run(seed, new Sightings(), fault, plant);
            }
            catch (Exception found) when (found is InvariantException or Xunit.Sdk.XunitException)
            {
                output.WriteLine($"{bug} is found by schedule {seed}: {found.Message}");
                return;
            }
        }

        Assert.Fail($"{bug} is not found by {SeedsToFindABug} schedules");
    }

    private static void Run(int seed, Sightings seen, TransferFault fault, Action<WorkerWorld, int> plant)
    {
        var random = new SeededRandom((ulong)seed);
        var world = new WorkerWorld(random.Below(1_000_000_000), seen, full: true, fault);
        for (var i = 0; i < Operations; i++)
        {
            world.Do(random.Below(1_000_000_000));
            plant(world, i);
        }

        world.Finish();
    }
}
