using Preble.Core.KvCache;

namespace Preble.Core.Tests.KvCache;

public sealed class BlockPoolTests
{
    private static readonly BlockHash A = new(0, 1);
    private static readonly BlockHash B = new(0, 2);

    private readonly BlockPool _pool = new(blockCount: 3);

    [Fact]
    public void Take_gives_the_blocks_by_id_while_nothing_was_freed()
    {
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(_ => _pool.Take().Id));
        Assert.Equal(0, _pool.FreeCount);
        Assert.Throws<InvariantException>(() => _pool.Take());
    }

    [Fact]
    public void A_freed_block_that_nobody_can_share_is_taken_before_cached_ones()
    {
        TakeAndRegister(A);
        _pool.Take();
        _pool.Release(0);
        _pool.Release(1);
        Assert.Equal([1, 2, 0], _pool.FreeQueue.Ids());
    }

    [Fact]
    public void A_free_cached_block_can_be_shared_until_it_is_taken_for_something_else()
    {
        TakeAndRegister(A);
        _pool.Release(0);
        _pool.Touch(_pool.Find(A)!);
        Assert.Equal(2, _pool.FreeCount);

        _pool.Release(0);
        Assert.Equal([1, 2, 0], Enumerable.Range(0, 3).Select(_ => _pool.Take().Id));
        Assert.Null(_pool.Find(A));
        Assert.Equal(1, _pool.EvictedTotal);
    }

    [Fact]
    public void A_shared_block_is_free_when_the_last_user_has_released_it()
    {
        TakeAndRegister(A);
        _pool.Touch(_pool.Find(A)!);
        _pool.Release(0);
        Assert.Equal(2, _pool.FreeCount);
        _pool.Release(0);
        Assert.Equal(3, _pool.FreeCount);
        Assert.Throws<InvariantException>(() => _pool.Release(0));
    }

    [Fact]
    public void Changes_tell_of_the_first_block_with_a_hash_and_of_the_last()
    {
        TakeAndRegister(A);
        TakeAndRegister(A);
        TakeAndRegister(B, parent: A);
        _pool.Release(2);
        _pool.Release(1);
        _pool.Release(0);
        Enumerable.Range(0, 3).ToList().ForEach(_ => _pool.Take());

        List<KvCacheChange> changes = [];
        _pool.Changes.Take(changes, 100);
        Assert.Equal(
            [
                new(KvCacheChangeKind.Stored, A, BlockHash.None), new(KvCacheChangeKind.Stored, B, A),
                new(KvCacheChangeKind.Removed, B, BlockHash.None), new KvCacheChange(KvCacheChangeKind.Removed, A, BlockHash.None),
            ],
            changes);
        Assert.Equal(3, _pool.EvictedTotal);
    }

    [Fact]
    public void Only_a_block_in_use_is_registered_and_only_a_cached_one_is_shared()
    {
        Assert.Throws<InvariantException>(() => _pool.Register(0, A, BlockHash.None));
        Assert.Throws<InvariantException>(() => _pool.Touch(_pool.Take()));
    }

    [Fact]
    public void Clear_forgets_everything_with_one_change()
    {
        TakeAndRegister(A);
        Assert.Throws<InvariantException>(() => _pool.Clear());
        _pool.Release(0);
        _pool.Clear();
        Assert.Equal((0, 3), (_pool.CachedCount, _pool.FreeCount));

        List<KvCacheChange> changes = [];
        _pool.Changes.Take(changes, 100);
        Assert.Equal(KvCacheChangeKind.Cleared, changes[^1].Kind);
        Assert.Equal(2, changes.Count);
    }

    private void TakeAndRegister(BlockHash hash, BlockHash parent = default) => _pool.Register(_pool.Take().Id, hash, parent);
}
