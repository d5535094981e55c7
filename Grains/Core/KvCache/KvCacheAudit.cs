namespace Preble.Core.KvCache;

/// <summary>
/// Checks the whole KV cache against the block tables that use it. Slow and simple on purpose: it shares no code with what it checks.
/// </summary>
public static class KvCacheAudit
{
    public static void Check(BlockPool pool, IEnumerable<(BlockTable Table, PrefixHashes Hashes)> sequences)
    {
        var references = new int[pool.BlockCount];
        foreach (var (table, hashes) in sequences)
        {
            CheckTable(pool, table, hashes, references);
        }

        CheckReferences(pool, references);
        CheckFreeQueue(pool);
        CheckCached(pool);
    }

    private static void CheckTable(BlockPool pool, BlockTable table, PrefixHashes hashes, int[] references)
    {
        for (var i = 0; i < table.Count; i++)
        {
            var block = pool[table.Ids[i]];
            references[block.Id]++;
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
                var parent = pool[id].Parent;
                Invariant.Require(
                    parent == BlockHash.None || pool.Find(parent) is not null,
                    $"block {id} is cached together with the block before it, for it cannot be reached without");
            }
        }

        Invariant.Require(hashes.Count == pool.CachedCount, "what can be found is what the blocks hold");
    }
}
