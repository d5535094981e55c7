using Preble.Core.KvCache;

namespace Preble.Core.Tests.KvCache;

public sealed class KvCacheManagerTests
{
    private readonly BlockPool _pool = new(blockCount: 8, blockSize: 2);
    private readonly KvCacheManager _cache;

    public KvCacheManagerTests() => _cache = new KvCacheManager(blockSize: 2, _pool);

    [Fact]
    public void Grow_takes_the_blocks_for_the_tokens_and_no_more()
    {
        var table = new BlockTable();
        Assert.Equal(4, _cache.Grow(table, tokens: 3));
        Assert.Equal([0, 1], table.Ids);
        Assert.Equal(4, _cache.Grow(table, tokens: 4));
        Assert.Equal(6, _cache.Grow(table, tokens: 5));
        Assert.Equal([0, 1, 2], table.Ids);
    }

    [Fact]
    public void Grow_gives_what_is_left_when_the_pool_runs_out()
    {
        _cache.Grow(new BlockTable(), tokens: 12);
        var table = new BlockTable();
        Assert.Equal(4, _cache.Grow(table, tokens: 9));
        Assert.Equal([6, 7], table.Ids);
    }

    [Fact]
    public void Release_frees_the_tail_first_so_that_the_tail_is_evicted_first()
    {
        var (table, _) = Computed([1, 2, 3, 4, 5]);
        Assert.Equal([0, 1, 2], table.Ids);
        _cache.Release(table);

        // Block 2 is not full and so holds nothing worth keeping; then the untouched ones; then the tail of the prefix before its head.
        Assert.Equal([2, 3, 4, 5, 6, 7, 1, 0], _pool.FreeQueue.Ids());
    }

    [Fact]
    public void Match_ends_at_the_first_block_that_is_not_cached_and_at_the_limit()
    {
        var (table, _) = Computed([1, 2, 3, 4, 5, 6]);
        _cache.Release(table);
        Assert.Equal(3, _cache.Match(Hashes([1, 2, 3, 4, 5, 6, 7]), limit: 3));
        Assert.Equal(2, _cache.Match(Hashes([1, 2, 3, 4, 5, 6]), limit: 2));
        Assert.Equal(1, _cache.Match(Hashes([1, 2, 9, 9, 5, 6]), limit: 3));
        Assert.Equal(0, _cache.Match(Hashes([9, 9, 3, 4]), limit: 2));
    }

    [Fact]
    public void Blocks_known_to_be_cached_count_without_a_search_up_to_the_limit()
    {
        var (table, _) = Computed([1, 2, 3, 4, 5, 6]);
        _cache.Release(table);
        var hashes = Hashes([1, 2, 3, 4, 5, 6, 7, 8]);
        for (var known = 0; known <= 3; known++)
        {
            Assert.Equal(3, _cache.Match(hashes, limit: 4, known));
            Assert.Equal(2, _cache.Match(hashes, limit: 2, known));
        }
    }

    [Fact]
    public void Nothing_is_shared_between_salts()
    {
        var (table, _) = Computed([1, 2, 3, 4]);
        _cache.Release(table);
        Assert.Equal(0, _cache.Match(Hashes([1, 2, 3, 4], "tenant"), limit: 2));
    }

    [Fact]
    public void Share_takes_free_matches_from_the_free_queue_and_leaves_used_ones()
    {
        var (first, hashes) = Computed([1, 2, 3, 4]);
        Assert.Equal(6, _pool.FreeCount);
        Assert.Equal(5, _cache.FreeAfter(hashes, matched: 2, tokens: 5));

        _cache.Release(first);
        Assert.Equal(5, _cache.FreeAfter(hashes, matched: 2, tokens: 5));
        var second = new BlockTable();
        _cache.Share(second, hashes, matched: 2);
        Assert.Equal([0, 1], second.Ids);
        Assert.Equal((6, 2), (_pool.FreeCount, second.RegisteredCount));
    }

    [Fact]
    public void Register_makes_only_fully_computed_blocks_shareable()
    {
        var (table, hashes) = (new BlockTable(), Hashes([1, 2, 3, 4]));
        _cache.Grow(table, tokens: 4);
        _cache.Register(table, hashes, [1, 2, 3, 4], computedTokens: 3);
        Assert.Equal(1, _cache.Match(hashes, limit: 2));
        _cache.Register(table, hashes, [1, 2, 3, 4], computedTokens: 4);
        Assert.Equal(2, _cache.Match(hashes, limit: 2));
    }

    [Fact]
    public void An_evicted_block_ends_the_match_before_it()
    {
        var (table, hashes) = Computed([1, 2, 3, 4, 5, 6]);
        _cache.Release(table);
        _cache.Grow(new BlockTable(), tokens: 12);
        Assert.Equal([1, 0], _pool.FreeQueue.Ids());
        Assert.Equal(2, _cache.Match(hashes, limit: 3));
    }

    private static PrefixHashes Hashes(int[] tokens, string salt = "")
    {
        var hashes = new PrefixHashes(2, salt);
        hashes.Extend(tokens);
        return hashes;
    }

    private (BlockTable Table, PrefixHashes Hashes) Computed(int[] tokens)
    {
        var (table, hashes) = (new BlockTable(), Hashes(tokens));
        _cache.Grow(table, tokens.Length);
        _cache.Register(table, hashes, tokens, tokens.Length);
        return (table, hashes);
    }
}
