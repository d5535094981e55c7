using Preble.Core.KvCache.Pins;

namespace Preble.Core.KvCache;

/// <summary>
/// Checks the whole KV cache against the block tables that use it. Slow and simple on purpose: it shares no code with what it checks.
/// </summary>
public static class KvCacheAudit
{
    /// <summary>Between two steps: every reference is one of a table or of a pin, and free, cached and used blocks make up the pool.</summary>
    public static void Check(
        BlockPool pool, IEnumerable<(BlockTable Table, PrefixHashes Hashes)> sequences, PinnedPrefixes? pins = null)
    {
        var references = new int[pool.BlockCount];
        foreach (var (table, hashes) in sequences)
        {
            CheckTable(pool, table, hashes, references);
        }

        CheckPins(pool, pins, references);
        CheckReferences(pool, references);
        CheckFreeQueue(pool);
        CheckCached(pool);
    }

    /// <summary>No block is shared by prompts that differ: whoever has a block, has the same salt and the same tokens up to its end.</summary>
    public static void CheckTokens(BlockPool pool, IEnumerable<(BlockTable Table, PrefixHashes Hashes, int[] Tokens)> sequences)
    {
        var firstUser = new (BlockHash Root, int[] Tokens)?[pool.BlockCount];
        foreach (var (table, hashes, tokens) in sequences)
        {
            for (var i = 0; i < table.Count; i++)
            {
                var block = pool[table.Ids[i]];
                var end = Math.Min((i + 1) * hashes.BlockSize, tokens.Length);
                if (i < table.RegisteredCount)
                {
                    Invariant.Require(
                        pool.TokensOf(block).SequenceEqual(tokens.AsSpan(i * hashes.BlockSize, hashes.BlockSize)),
                        $"block {block.Id} is known by the tokens that its sequence has there");
                }

                firstUser[block.Id] ??= (hashes.Root, tokens);
                var (root, others) = firstUser[block.Id]!.Value;
                Invariant.Require(
                    root == hashes.Root && others.Length >= end && others.AsSpan(0, end).SequenceEqual(tokens.AsSpan(0, end)),
                    $"block {block.Id} is shared by equal prompts of one salt only");
            }
        }
    }

    private static void CheckPins(BlockPool pool, PinnedPrefixes? pins, int[] references)
    {
        var pinned = new int[pool.BlockCount];
        foreach (var id in pins?.Held.SelectMany(blocks => blocks) ?? [])
        {
            references[id]++;
            pinned[id]++;
        }

        for (var id = 0; id < pinned.Length; id++)
        {
            Invariant.Require(pool[id].Pins == pinned[id], $"block {id} counts the pins that hold it; it has {pool[id].Pins}, they are {pinned[id]}");
            Invariant.Require(pinned[id] == 0 || pool[id].Hash is not null, $"block {id} is pinned, so it is cached");
        }

        Invariant.Require(pinned.Count(count => count > 0) == (pins?.BlockCount ?? 0), "the pins count their different blocks");
    }

    private static void CheckTable(BlockPool pool, BlockTable table, PrefixHashes hashes, int[] references)
    {
        for (var i = 0; i < table.Count; i++)
        {
            var block = pool[table.Ids[i]];
            references[block.Id]++;
            Invariant.Require(block.TailTokens == 0, $"block {block.Id} is nobody's tail while a sequence uses it");
            if (i < table.RegisteredCount)
            {
                Invariant.Require(block.Hash == hashes[i], $"block {block.Id} holds what its sequence has at block {i}");
                Invariant.Require(block.Parent == hashes.ParentOf(i), $"block {block.Id} has the parent of its place");
            }
            else
            {
                Invariant.Require(block.Hash is null, $"block {block.Id} is still being filled, so nobody can find it");
            }
        }
    }

    private static void CheckReferences(BlockPool pool, int[] references)
    {
        for (var id = 0; id < references.Length; id++)
        {
            var block = pool[id];
            Invariant.Require(
                block.ReferenceCount == references[id],
                $"block {id} has as many references as tables name it; it has {block.ReferenceCount}, they are {references[id]}");
            Invariant.Require(references[id] < 2 || block.Hash is not null, $"block {id} is shared, so it is full and registered");
        }
    }

    private static void CheckFreeQueue(BlockPool pool)
    {
        var queued = pool.FreeQueue.Ids().ToHashSet();
        Invariant.Require(queued.Count == pool.FreeCount, "the free queue counts its blocks and has each once");
        for (var id = 0; id < pool.BlockCount; id++)
        {
            Invariant.Require(queued.Contains(id) == (pool[id].ReferenceCount == 0), $"block {id} is free exactly when nobody uses it");
        }
    }

    private static void CheckCached(BlockPool pool)
    {
        var hashes = new HashSet<BlockHash>();
        for (var id = 0; id < pool.BlockCount; id++)
        {
            if (pool[id].Hash is { } hash)
            {
                hashes.Add(hash);
                Invariant.Require(pool.Find(hash)?.Hash == hash, $"block {id} is found by its hash");
                Invariant.Require(IsListed(pool, pool[id]), $"block {id} is found by what comes before it");
                var parent = pool[id].Parent;
                Invariant.Require(
                    parent == BlockHash.None || pool.Find(parent) is not null,
                    $"block {id} is cached together with the block before it, for it cannot be reached without");
            }
        }

        Invariant.Require(hashes.Count == pool.CachedCount, "what can be found is what the blocks hold");
    }

    private static bool IsListed(BlockPool pool, Block block)
    {
        var child = pool.Cached.Children.Newest(block.Chain);
        while (child is not null && child.Hash != block.Hash)
        {
            child = child.NextSibling;
        }

        return child is not null;
    }
}
