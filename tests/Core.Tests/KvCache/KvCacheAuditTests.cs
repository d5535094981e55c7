using Preble.Core.KvCache;

namespace Preble.Core.Tests.KvCache;

/// <summary>An audit that has never failed is no audit: each test plants one bug.</summary>
public sealed class KvCacheAuditTests
{
    private readonly BlockPool _pool = new(blockCount: 4, blockSize: 2);
    private readonly KvCacheManager _cache;
    private readonly BlockTable _table = new();
    private readonly PrefixHashes _hashes = new(2, "");

    public KvCacheAuditTests()
    {
        _cache = new KvCacheManager(blockSize: 2, _pool);
        _hashes.Extend([1, 2, 3, 4, 5]);
        _cache.Grow(_table, tokens: 5);
        _cache.Register(_table, _hashes, [1, 2, 3, 4, 5], computedTokens: 5);
    }

    [Fact]
    public void A_sound_cache_passes() => KvCacheAudit.Check(_pool, [(_table, _hashes)]);

    [Fact]
    public void A_leaked_block_is_found() => Finds("block 3 has as many references", () => _pool.Take());

    [Fact]
    public void A_block_released_twice_is_found() => Finds("block 1 has as many references", () => _pool.Release(1));

    [Fact]
    public void A_block_that_is_filled_by_two_sequences_is_found() => Finds("is shared, so it is full", () =>
    {
        _table.Append(2);
        _pool[2].ReferenceCount++;
    });

    [Fact]
    public void A_block_under_a_wrong_hash_is_found() => Finds("block 0 holds what its sequence has", () =>
        (_pool[0].Hash, _pool[1].Hash) = (_pool[1].Hash, _pool[0].Hash));

    [Fact]
    public void A_wrong_parent_is_found() => Finds("block 1 has the parent", () => _pool[1].Parent = new BlockHash(7, 7));

    [Fact]
    public void A_block_shared_before_it_is_full_is_found() => Finds("block 2 is still being filled", () =>
        _pool.Register(2, new BlockHash(7, 7), _hashes[1]));

    [Fact]
    public void A_block_in_use_that_lies_in_the_free_queue_is_found() => Finds("block 3 is free exactly when", () =>
    {
        _table.Append(3);
        _pool[3].ReferenceCount = 1;
    });

    [Fact]
    public void A_cached_block_without_the_one_before_it_is_found() => Finds("cached together with the block before it", () =>
    {
        _cache.Release(_table);
        _pool.Cached.Remove(_pool[0]);
    });

    private void Finds(string statement, Action plant)
    {
        plant();
        var found = Assert.Throws<InvariantException>(() => KvCacheAudit.Check(_pool, [(_table, _hashes)]));
        Assert.Contains(statement, found.Message, StringComparison.Ordinal);
    }
}
