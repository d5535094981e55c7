namespace Preble.Core.KvCache;

/// <summary>
/// What the planner sees of the KV cache. For each sequence in turn: <see cref="Match"/> and <see cref="Share"/> its cached prefix,
/// <see cref="Grow"/> its block table before a chunk, <see cref="Register"/> what a chunk has computed, <see cref="Release"/> at the end.
/// </summary>
public sealed class KvCacheManager(int blockSize, BlockPool pool)
{
    public BlockPool Pool => pool;

    public int BlocksFor(int tokens) => (tokens + blockSize - 1) / blockSize;

    /// <summary>How many leading blocks are cached, at most <paramref name="limit"/>.</summary>
    public int Match(PrefixHashes hashes, int limit)
    {
        var most = Math.Min(limit, hashes.Count);
        var count = 0;
        while (count < most && pool.Find(hashes[count]) is not null)
        {
            count++;
        }

        return count;
    }

    /// <summary>
    /// Free blocks that remain when a sequence has shared its first <paramref name="matched"/> blocks and taken new ones for the other
    /// tokens.
    /// </summary>
    public int FreeAfter(PrefixHashes hashes, int matched, int tokens)
    {
        var taken = BlocksFor(tokens) - matched;
        for (var i = 0; i < matched; i++)
        {
            // A match that nobody uses lies in the free queue: sharing it takes it from there.
            taken += pool.Find(hashes[i])!.ReferenceCount == 0 ? 1 : 0;
        }

        return pool.FreeCount - taken;
    }

    /// <summary>Begins a block table with the first <paramref name="matched"/> cached blocks.</summary>
    public void Share(BlockTable table, PrefixHashes hashes, int matched)
    {
        Invariant.Require(table.Count == 0, "cached blocks can only begin a block table");
        for (var i = 0; i < matched; i++)
        {
            var block = pool.Find(hashes[i]);
            Invariant.Require(block is not null, "nothing is evicted between matching and sharing");
            pool.Touch(block);
            table.Append(block.Id);
        }

        table.RegisteredCount = matched;
    }

    /// <summary>
    /// Appends blocks until the table has slots for that many tokens, or the pool has none left. Returns the number of slots.
    /// </summary>
    public int Grow(BlockTable table, int tokens)
    {
        for (var missing = BlocksFor(tokens) - table.Count; missing > 0 && pool.FreeCount > 0; missing--)
        {
            table.Append(pool.Take().Id);
        }

        return table.Count * blockSize;
    }

    /// <summary>Makes the blocks that are now fully computed shareable, at once: those who come next need not compute them again.</summary>
    public void Register(BlockTable table, PrefixHashes hashes, int computedTokens)
    {
        for (var i = table.RegisteredCount; i < computedTokens / blockSize; i++)
        {
            pool.Register(table.Ids[i], hashes[i], hashes.ParentOf(i));
            table.RegisteredCount = i + 1;
        }
    }

    /// <summary>
    /// Gives all blocks back, last block first: a prefix is worth more than its continuations, so the tail is evicted before it.
    /// </summary>
    public void Release(BlockTable table)
    {
        for (var i = table.Count - 1; i >= 0; i--)
        {
            pool.Release(table.Ids[i]);
        }

        table.Clear();
    }
}
