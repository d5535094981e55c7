namespace Preble.Core.Properties.Placement.Sharding;

/// <summary>Several shards place about as well as one scheduler: they reuse as much, load workers as evenly, and survive each other.</summary>
public sealed class ShardTrafficProperties
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(4, 3)]
    public void Shards_reuse_as_much_and_load_as_evenly_as_one_scheduler(int shards, int seed)
    {
        var (one, several) = (World(1, seed), World(shards, seed));
        one.Run(TimeSpan.FromSeconds(30));
        several.Run(TimeSpan.FromSeconds(30));
        var figures = $"cached {one.CachedShare:F3} and {several.CachedShare:F3}, imbalance {one.Imbalance:F3} and {several.Imbalance:F3}, "
            + $"wait {one.MeanWait:F4} and {several.MeanWait:F4}";
        Assert.True(one.CachedShare > 0.5, figures);
        Assert.True(several.CachedShare > one.CachedShare - 0.02, figures);
        Assert.True(several.Imbalance < one.Imbalance + 0.1, figures);
        Assert.True(several.MeanWait < 1.5 * one.MeanWait + 0.005, figures);
        Assert.Equal(0, one.Refused + several.Refused);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void A_shard_that_is_lost_and_restarts_finds_its_prefixes_again(int shards)
    {
        var (undisturbed, world) = (World(shards, 5), World(shards, 5));
        undisturbed.Run(TimeSpan.FromSeconds(15));
        world.Run(TimeSpan.FromSeconds(15));
        world.Restart(1);

        // Its workers tell of themselves at their next beat; until then it has nobody to place on.
        world.Run(TimeSpan.FromSeconds(0.1));
        var refused = world.Refused;
        world.Forget();
        undisturbed.Run(TimeSpan.FromSeconds(0.1));
        undisturbed.Forget();
        world.Run(TimeSpan.FromSeconds(10));
        undisturbed.Run(TimeSpan.FromSeconds(10));
        var figures = $"cached {undisturbed.CachedShare:F3} and {world.CachedShare:F3}, {refused} refused at once";
        Assert.Equal(refused, world.Refused);
        Assert.True(world.CachedShare > undisturbed.CachedShare - 0.02, figures);
    }

    private static ShardWorld World(int shards, int seed) => new(shards, workers: 8, (ulong)seed, requestsPerSecond: 150);
}
