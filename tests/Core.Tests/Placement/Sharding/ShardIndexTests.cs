using System.Collections.Immutable;
using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Sharding;
using Preble.Core.Radix;
using Preble.Testing;

namespace Preble.Core.Tests.Placement.Sharding;

/// <summary>Of all that a worker tells, a shard's index takes in what begins with one of its own first blocks.</summary>
public sealed class ShardIndexTests
{
    private static readonly Shard Own = new(0, 2);
    private static readonly string Ours = Prompt(own: true);
    private static readonly string Foreign = Prompt(own: false);
    private readonly PrefixIndex _index = new(Own);
    private readonly WorkerView _worker = new(
        new WorkerRegistration(new WorkerId("w0"), SchedulerRig.Model, 1, 1, 1000, 1000, SchedulerRig.Costs), new WorkerCache(0));

    [Fact]
    public void Only_own_prompts_are_taken_in_and_all_changes_are_counted()
    {
        Tell([.. Stored(Foreign), .. Stored(Ours), .. Stored(Foreign).Select(change => change with { Kind = KvCacheChangeKind.HostStored })]);
        Assert.Equal(4, _index.Tree.BlockCount);
        Assert.Equal(13, _worker.Feed.NextNumber);
        Assert.Null(_worker.Tier);
        Tell([.. Removed(Foreign), .. Removed(Ours)]);
        Assert.Equal((0, 21), (_index.Tree.BlockCount, _worker.Feed.NextNumber));
    }

    [Fact]
    public void A_later_block_is_ours_when_its_parent_is()
    {
        Tell(Stored(Ours));
        Tell([.. Stored(Ours + "xy").TakeLast(2), .. Stored(Foreign + "xy").TakeLast(2)]);
        Assert.Equal(6, _index.Tree.BlockCount);
        Assert.True(_index.Tree.Holds(_worker.Cache, PromptBlocks.Of(Ours + "xy")[^1]));
    }

    [Fact]
    public void A_block_whose_parent_nobody_has_is_passed_over_and_nothing_breaks()
    {
        Tell([.. Stored(Ours).Skip(2)]);
        Assert.Equal((0, 3), (_index.Tree.BlockCount, _worker.Feed.NextNumber));
        Tell(Stored(Ours));
        Assert.Equal(4, _index.Tree.BlockCount);
    }

    [Fact]
    public void Of_a_snapshot_own_chains_are_kept_whatever_the_order_of_the_host_tier()
    {
        var host = Blocks(Ours + "uvw").Skip(4).Concat(Blocks(Foreign + "uvw").Skip(4)).Reverse();
        var loop = PromptBlocks.Of("loop");
        ImmutableArray<CachedBlock> lies = [new(loop[0], loop[1]), new(loop[1], loop[0])];
        _index.Restore(_worker, new KvCacheSnapshot(_worker.Id, 1, 50, [.. Blocks(Foreign), .. Blocks(Ours)])
        {
            HostBlocks = [.. host, .. lies],
        });
        Assert.Equal((4, 50), (_index.Tree.BlockCount, _worker.Feed.NextNumber));
        Assert.Equal(7, _index.Tiers.Tree.BlockCount);
        Assert.Equal(3, _worker.Tier!.Host.Count);
    }

    private void Tell(ImmutableArray<KvCacheChange> changes) =>
        Assert.Equal(FeedAnswer.Applied, _index.Apply(_worker, new KvCacheChanges(_worker.Id, 1, _worker.Feed.NextNumber, changes)));

    private static string Prompt(bool own) =>
        Enumerable.Range('a', 26).Select(letter => $"{(char)letter}123").First(text => Own.Takes(PromptBlocks.Of(text)[0]) == own);

    private static IEnumerable<CachedBlock> Blocks(string tokens)
    {
        var blocks = PromptBlocks.Of(tokens);
        return blocks.Select((hash, index) => new CachedBlock(hash, index == 0 ? BlockHash.None : blocks[index - 1]));
    }

    private static ImmutableArray<KvCacheChange> Stored(string tokens) =>
        [.. Blocks(tokens).Select(block => new KvCacheChange(KvCacheChangeKind.Stored, block.Hash, block.Parent))];

    private static IEnumerable<KvCacheChange> Removed(string tokens) =>
        Blocks(tokens).Reverse().Select(block => new KvCacheChange(KvCacheChangeKind.Removed, block.Hash, BlockHash.None));
}
