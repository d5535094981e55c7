using Preble.Core.KvCache;

namespace Preble.Core.Tests.KvCache;

public sealed class CachedBlocksTests
{
    private static readonly BlockHash A = new(0, 1);
    private static readonly BlockHash B = new(0, 2);
    private static readonly BlockHash C = new(0, 3);

    private readonly CachedBlocks _cached = new(8);

    [Fact]
    public void A_hash_stays_cached_until_the_last_block_with_it_is_forgotten()
    {
        var twins = Enumerable.Range(0, 3).Select(id => new Block(id)).ToArray();
        Assert.Equal([true, false, false], twins.Select(twin => _cached.Add(twin, A, BlockHash.None)));
        Assert.Equal(1, _cached.Count);

        // The middle, the first and the last of the chain, in that order.
        Assert.False(_cached.Remove(twins[2]));
        Assert.False(_cached.Remove(twins[0]));
        Assert.Same(twins[1], _cached.Find(A));
        Assert.True(_cached.Remove(twins[1]));
        Assert.Null(_cached.Find(A));
    }

    [Fact]
    public void List_names_parents_before_children_whatever_the_order_of_registration()
    {
        _cached.Add(new Block(0), C, B);
        _cached.Add(new Block(1), B, A);
        _cached.Add(new Block(2), A, BlockHash.None);
        Assert.Equal([new(A, BlockHash.None), new(B, A), new CachedBlock(C, B)], _cached.List());
    }

    [Fact]
    public void One_hash_with_two_parents_is_a_bug()
    {
        _cached.Add(new Block(0), C, A);
        Assert.Throws<InvariantException>(() => _cached.Add(new Block(1), C, B));
    }

    [Fact]
    public void A_block_is_added_once_and_only_a_cached_one_is_removed()
    {
        var block = new Block(0);
        Assert.Throws<InvariantException>(() => _cached.Remove(block));
        _cached.Add(block, A, BlockHash.None);
        Assert.Throws<InvariantException>(() => _cached.Add(block, B, A));
    }
}
