using Preble.Core.KvCache.Host;
using Preble.Core.KvCache.Pins;

namespace Preble.Core.KvCache;

/// <summary>
/// What the planner sees of the KV cache. For each sequence in turn: <see cref="Match"/>, <see cref="MatchHost"/> or <see cref="FindPart"/>
/// what is cached of it, <see cref="Share"/>, <see cref="Load"/> or <see cref="Copy"/> that, <see cref="Grow"/> its block table before a chunk,
/// <see cref="Register"/> what a chunk has computed, <see cref="Release(BlockTable)"/> at the end. When the plan's transfers are done:
/// <see cref="CompleteLoads"/> for each sequence that waits for some, then <see cref="EndTransfers"/>.
/// </summary>
public sealed class KvCacheManager(
    int blockSize, BlockPool pool, HostTier? host = null, BlockTransfers? transfers = null, PinnedPrefixes? pins = null)
{
    private readonly HostTier _host = host ?? new HostTier(0, pool.Changes);
    private readonly BlockTransfers _transfers = transfers ?? new BlockTransfers();

    public BlockPool Pool => pool;

    /// <summary>Prefixes that requests have asked to keep.</summary>
    public PinnedPrefixes Pins { get; } = pins ?? new PinnedPrefixes(pool, 0);

    /// <summary>Tokens shared by copying a part of a block.</summary>
    public long PartialTokensTotal { get; private set; }

    public int BlocksFor(int tokens) => (tokens + blockSize - 1) / blockSize;

    /// <summary>How many leading blocks are cached, at most <paramref name="limit"/>.</summary>
    /// <param name="known">As many are known to be, and not looked up again.</param>
    public int Match(PrefixHashes hashes, int limit, int known = 0)
    {
        var most = Math.Min(limit, hashes.Count);
        var count = Math.Min(known, most);
        while (count < most && pool.Find(hashes[count]) is not null)
        {
            count++;
        }

        return count;
    }

    /// <summary>How many blocks from <paramref name="from"/> on the host tier has, up to block <paramref name="limit"/>.</summary>
    public int MatchHost(PrefixHashes hashes, int from, int limit)
    {
        var most = Math.Min(limit, hashes.Count);
        var end = from;
        while (_host.Count > 0 && end < most && _host.Holds(hashes[end]))
        {
            end++;
        }

        return end - from;
    }

    /// <summary>
    /// The cached block or tail that follows the same chain and begins with most of the wanted tokens: its id and how many; (-1, 0) when none begins so.
    /// </summary>
    public (int Source, int Tokens) FindPart(BlockHash chain, ReadOnlySpan<int> wanted)
    {
        var best = (Source: -1, Tokens: 0);
        Search(pool.Cached.Children.Newest(chain), wanted, ref best);
        Search(pool.Cached.Tails.Newest(chain), wanted, ref best);
        return best;
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

    /// <summary>True when <see cref="FreeAfter"/> is no less than <paramref name="least"/>. Where there is plenty, no block is looked at.</summary>
    public bool LeavesFree(PrefixHashes hashes, int matched, int tokens, int least) =>
        pool.FreeCount - BlocksFor(tokens) >= least || FreeAfter(hashes, matched, tokens) >= least;

    /// <summary>True when there is room for all the tokens though the copy's source is held too.</summary>
    public bool CanCopy(in PrefixMatch match, PrefixHashes hashes, int tokens) =>
        LeavesFree(hashes, match.FullBlocks, tokens, pool[match.PartialSource].ReferenceCount == 0 ? 1 : 0);

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
    /// Appends a block of the table's own and plans the copy to it of the block that holds the first <paramref name="tokens"/> of its tokens;
    /// that block is held until then.
    /// </summary>
    public void Copy(BlockTable table, int source, int tokens)
    {
        PartialTokensTotal += tokens;

        // Held before a block is taken: it may be free, and then the very block that would be taken.
        pool.Hold(pool[source]);
        pool[source].Uses++;
        var target = Take();
        table.Append(target.Id);
        _transfers.Add(new BlockCopy(source, target.Id));
    }

    /// <summary>Appends blocks for the next <paramref name="count"/> blocks of the sequence and plans their loads from the host tier.</summary>
    public void Load(BlockTable table, PrefixHashes hashes, int count)
    {
        var first = table.Count;
        for (var i = first + count - 1; i >= first; i--)
        {
            // All are pinned before any block is taken, for that may evict to the tier. Last block first: it is worth least.
            _host.Pin(hashes[i]);
        }

        for (var i = first; i < first + count; i++)
        {
            var target = Take();
            table.Append(target.Id);
            _transfers.Add(new HostLoad(_host.SlotOf(hashes[i]), hashes[i], target.Id));
        }
    }

    /// <summary>
    /// Registers the blocks of a table whose loads came in good order, up to the first that did not; that one the host tier forgets.
    /// Returns how many.
    /// </summary>
    public int CompleteLoads(BlockTable table, PrefixHashes hashes, ReadOnlySpan<int> tokens, ReadOnlySpan<bool> loaded)
    {
        var first = table.RegisteredCount;
        var good = loaded.IndexOf(false) is >= 0 and var bad ? bad : loaded.Length;
        for (var i = good; i < loaded.Length; i++)
        {
            if (!loaded[i])
            {
                _host.Forget(hashes[first + i]);
            }
        }

        Register(table, hashes, tokens, (first + good) * blockSize);
        return good;
    }

    /// <summary>The plan's transfers are done: sources and slots are free again.</summary>
    public void EndTransfers()
    {
        // By index: walking a list through its interface allocates.
        for (var i = 0; i < _transfers.Loads.Count; i++)
        {
            _host.Unpin(_transfers.Loads[i].Slot);
        }

        for (var i = 0; i < _transfers.Copies.Count; i++)
        {
            pool.Release(_transfers.Copies[i].From);
        }

        _transfers.Clear();
    }

    /// <summary>
    /// Appends blocks until the table has slots for that many tokens, or the pool has none left. Returns the number of slots.
    /// </summary>
    public int Grow(BlockTable table, int tokens)
    {
        for (var missing = BlocksFor(tokens) - table.Count; missing > 0 && pool.FreeCount > 0; missing--)
        {
            table.Append(Take().Id);
        }

        return table.Count * blockSize;
    }

    /// <summary>Makes the blocks that are now fully computed shareable, at once: those who come next need not compute them again.</summary>
    public void Register(BlockTable table, PrefixHashes hashes, ReadOnlySpan<int> tokens, int computedTokens)
    {
        for (var i = table.RegisteredCount; i < computedTokens / blockSize; i++)
        {
            pool.Register(table.Ids[i], hashes[i], hashes.ParentOf(i), hashes.Root, tokens.Slice(i * blockSize, blockSize), i);
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

    /// <summary>
    /// Gives all blocks back as <see cref="Release(BlockTable)"/> does; what is computed of the block after the registered ones stays for who can
    /// use a part of it.
    /// </summary>
    public void Release(BlockTable table, PrefixHashes hashes, ReadOnlySpan<int> tokens, int computedTokens)
    {
        var (last, start) = (table.RegisteredCount, table.RegisteredCount * blockSize);
        if (computedTokens > start && table.Count > last && pool[table.Ids[last]].ReferenceCount == 1)
        {
            pool.KeepTail(table.Ids[last], hashes.ChainBefore(last), tokens[start..computedTokens]);
        }

        Release(table);
    }

    /// <summary>Forgets both tiers: for when what was computed is no longer to be trusted. No block may be in use.</summary>
    public void Clear()
    {
        Pins.Clear();
        _host.Clear();
        pool.Clear();
    }

    private void Search(Block? newest, ReadOnlySpan<int> wanted, ref (int Source, int Tokens) best)
    {
        var candidate = newest;
        for (var seen = 0; candidate is not null && seen < Limits.PartialCandidates && best.Tokens < wanted.Length; seen++)
        {
            var common = wanted.CommonPrefixLength(pool.TokensOf(candidate));
            if (common > best.Tokens)
            {
                best = (candidate.Id, common);
            }

            candidate = candidate.NextSibling;
        }
    }

    /// <summary>A free block; what it held, if nobody else has it, goes to the host tier.</summary>
    private Block Take()
    {
        var block = pool.Take(out var evicted);
        if (_host.Capacity > 0 && evicted is { } content && _host.Store(content.Hash, content.Parent) is >= 0 and var slot)
        {
            _transfers.Add(new HostSave(block.Id, slot, content.Hash, content.Parent));
        }

        return block;
    }
}
