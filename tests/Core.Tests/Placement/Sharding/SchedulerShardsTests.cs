using Preble.Core.Placement.Sharding;
using Preble.Testing;

namespace Preble.Core.Tests.Placement.Sharding;

/// <summary>Which shard a request is placed by, and what its scheduler is called.</summary>
public sealed class SchedulerShardsTests
{
    private static readonly ModelId Model = new("meta/llama/8b");

    [Fact]
    public void One_shard_has_the_models_own_name_as_its_key()
    {
        var one = new SchedulerShards();
        Assert.Equal(["meta/llama/8b"], one.Keys(Model));
        Assert.Equal("meta/llama/8b", one.KeyOf(Model, Query("r", "abc")));
        Assert.Equal((Model, new Shard(0, 1)), one.Parse("meta/llama/8b"));
        Assert.False(one.Parse("m/3").Shard.IsPart);
    }

    [Fact]
    public void Keys_of_several_shards_are_read_back_though_names_have_slashes()
    {
        var three = new SchedulerShards(3);
        Assert.Equal(["meta/llama/8b/0", "meta/llama/8b/1", "meta/llama/8b/2"], three.Keys(Model));
        Assert.Equal([0, 1, 2], three.Keys(Model).Select(key => three.Parse(key).Shard.Index));
        Assert.All(three.Keys(Model), key => Assert.Equal(Model, three.Parse(key).Model));
    }

    [Theory]
    [InlineData("model")]
    [InlineData("model/3")]
    [InlineData("model/-1")]
    [InlineData("/1")]
    public void A_key_that_is_no_shards_is_refused(string key) => Assert.Throws<ArgumentException>(() => new SchedulerShards(3).Parse(key));

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void The_number_of_shards_is_bounded(int count) => Assert.Throws<ArgumentException>(() => new SchedulerShards(count));

    [Fact]
    public void Prompts_with_the_same_first_block_meet_in_the_shard_that_takes_the_block()
    {
        var four = new SchedulerShards(4);
        for (var letter = 'a'; letter <= 'z'; letter++)
        {
            var index = four.IndexOf(Query("r", $"{letter}"));
            Assert.Equal(index, four.IndexOf(Query("other", $"{letter}xyz")));
            Assert.Equal([index], Enumerable.Range(0, 4).Where(shard => new Shard(shard, 4).Takes(PromptBlocks.Of($"{letter}")[0])));
        }
    }

    [Fact]
    public void Prompts_without_a_full_block_are_spread_by_the_name_of_their_request()
    {
        var four = new SchedulerShards(4);
        var counts = Enumerable.Range(0, 4000).GroupBy(number => four.IndexOf(Query($"chatcmpl-{number}", ""))).Select(group => group.Count());
        Assert.All(counts, count => Assert.InRange(count, 900, 1100));
        Assert.Equal(four.IndexOf(Query("r", "")), new SchedulerShards(4).IndexOf(Query("r", "")));
    }

    private static PlacementQuery Query(string request, string tokens) =>
        new(new RequestId(request), [.. PromptBlocks.Of(tokens)], Math.Max(1, tokens.Length), 16, []);
}
