using FsCheck;
using FsCheck.Fluent;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.Core.Properties.Batching;

/// <summary>
/// The promises of a worker, for any history. Tokens are compared with those of each request alone, on an engine that reads only through
/// block tables: so batched is alone, chunked is whole, cached is recomputed, preempted is undisturbed, and paged is contiguous.
/// </summary>
public sealed class WorkerCoreProperties(ITestOutputHelper output)
{
    [Fact]
    public void Every_request_ends_once_with_the_tokens_it_has_alone_and_no_block_is_lost()
    {
        var seen = new Sightings();
        var histories =
            from shape in Gen.Choose(0, 1_000_000)
            from operations in Gen.Choose(0, 1_000_000).ArrayOf()
            select (shape, operations);
        Prop.ForAll(histories.ToArbitrary(), history =>
        {
            var world = new WorkerWorld(history.shape, seen);
            foreach (var operation in history.operations)
            {
                world.Do(operation);
            }

            world.Finish();
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600).WithEndSize(150).WithReplay(1UL, 3UL));

        output.WriteLine(seen.ToString());
        Assert.True(seen.Preemptions > 150 && seen.Evictions > 3000 && seen.PartialChunks > 1000, seen.ToString());
        Assert.True(seen.SharedBlocks > 1500 && seen.CachedTokens > 3000, seen.ToString());
        Assert.True(seen.Drafted > 100 && seen.Accepted > 30, seen.ToString());
        Assert.True(seen.Cancels > 300 && seen.Failures > 30 && seen.Drains > 30 && seen.Refusals > 300, seen.ToString());
        Assert.True(seen.Ends[FinishReason.Stop] > 300 && seen.Ends[FinishReason.Length] > 300, seen.ToString());
    }

    [Fact]
    public void Nobody_starves_while_new_requests_keep_coming()
    {
        var seen = new Sightings();
        for (var shape = 0; shape < 20; shape++)
        {
            var random = new SeededRandom((ulong)shape);
            var world = new WorkerWorld(shape, seen);
            for (var step = 0; step < 200; step++)
            {
                // The last two digits say what to do, see WorkerWorld.Do: here always two submits and a step.
                world.Do(random.Below(10_000) * 100);
                world.Do(random.Below(10_000) * 100);
                world.Do((random.Below(10_000) * 100) + 99);
            }

            world.Finish();
        }

        output.WriteLine(seen.ToString());
        Assert.True(seen.Refusals > 2500 && seen.Preemptions > 100, seen.ToString());
    }
}
