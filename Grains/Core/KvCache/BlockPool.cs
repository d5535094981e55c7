using Preble.Core.KvCache.Eviction;

namespace Preble.Core.KvCache;

/// <summary>
/// All blocks of a worker's KV cache. A block is in use (reference count above 0) or free; a free block keeps its content, and can be shared
/// again, until it is taken for something else.
/// </summary>
public sealed class BlockPool
{
    private readonly Block[] _blocks;
    private readonly IEvictionOrder _free;
    private readonly CachedBlocks _cached;
    private readonly int _blockSize;
    private readonly int[] _tokens;

    /// <param name="recomputeCost">What evicting by cost reckons with; null evicts by last use.</param>
    public BlockPool(
        int blockCount, int blockSize = Limits.BlockSize, int changesKept = Limits.CacheChangesKept, RecomputeCost? recomputeCost = null)
    {
        Invariant.Require(blockCount > 0 && blockSize > 0, "a pool has at least one block of at least one token");
        _cached = new CachedBlocks(blockCount);
        Changes = new CacheChangeLog(changesKept);
        (_blockSize, _tokens) = (blockSize, new int[blockCount * blockSize]);
        _free = recomputeCost is { } cost ? new CostEviction(cost, blockSize, _cached.Children) : new LruEviction();
        _blocks = new Block[blockCount];
        for (var id = blockCount - 1; id >= 0; id--)
        {
            _free.Add(_blocks[id] = new Block(id));
        }
    }

    public int BlockCount => _blocks.Length;

    /// <summary>Blocks that nobody uses; some of them still cached.</summary>
    public int FreeCount => _free.Count;

    /// <summary>Prefixes that can be shared.</summary>
    public int CachedCount => _cached.Count;

    public long EvictedTotal { get; private set; }

    public CacheChangeLog Changes { get; }

    /// <summary>Who is told of every change at once; null for nobody.</summary>
    public ICacheObserver? Observer { get; set; }

    internal IEvictionOrder FreeQueue => _free;

    internal CachedBlocks Cached => _cached;

    internal Block this[int id] => _blocks[id];

    public Block? Find(BlockHash hash) => _cached.Find(hash);

    /// <summary>Takes the free block that is least worth keeping for new content and evicts what it held.</summary>
    public Block Take() => Take(out _);

    /// <param name="evicted">What can no longer be shared because of it; null when the block held nothing, or another still holds the same.</param>
    public Block Take(out CachedBlock? evicted)
    {
        var block = _free.Take();
        evicted = null;
        if (block.Hash is { } hash)
        {
            var content = new CachedBlock(hash, block.Parent);
            EvictedTotal++;
            if (_cached.Remove(block))
            {
                evicted = content;
                Changes.Removed(hash);
                Observer?.Removed(hash);
                OpenParent(content.Parent);
            }
        }

        ForgetTail(block);

        block.ReferenceCount = 1;
        return block;
    }

    /// <summary>One more sequence shares a cached block.</summary>
    public void Touch(Block block)
    {
        Invariant.Require(block.Hash is not null, "only a cached block can be shared");
        block.Uses++;
        Hold(block);
    }

    /// <summary>One more user, who does not share what the block holds: a pin, or a copy that is planned. Ends with <see cref="Release"/>.</summary>
    public void Hold(Block block)
    {
        if (block.ReferenceCount == 0)
        {
            _free.Remove(block);
        }

        block.ReferenceCount++;
    }

    /// <summary>Makes a full, computed block shareable.</summary>
    /// <param name="root">What a first block follows: the root of its salt.</param>
    /// <param name="tokens">What it holds; without, it can be shared as a whole only.</param>
    /// <param name="depth">How many blocks come before it.</param>
    public void Register(
        int id, BlockHash hash, BlockHash parent, BlockHash root = default, ReadOnlySpan<int> tokens = default, int depth = 0)
    {
        var block = _blocks[id];
        Invariant.Require(block.ReferenceCount > 0, "a block is registered by a sequence that uses it");
        if (_cached.Add(block, hash, parent, root))
        {
            Changes.Stored(hash, parent);
            Observer?.Stored(hash);
        }
        else if (_free.WaitsForContinuations)
        {
            // The others with this hash may go now whatever follows them: the hash stays cached.
            Open(_cached.Find(hash));
        }

        (block.Uses, block.Depth, block.HasTokens) = (0, depth, !tokens.IsEmpty);
        tokens.CopyTo(_tokens.AsSpan(id * _blockSize, _blockSize));
    }

    /// <summary>
    /// The last block of a sequence that ends here: what it has computed of it can be shared in part until the block is taken. Before its
    /// release.
    /// </summary>
    /// <param name="chain">The hash of all that comes before the block, see <see cref="PrefixHashes.ChainBefore"/>.</param>
    public void KeepTail(int id, BlockHash chain, ReadOnlySpan<int> tokens)
    {
        var block = _blocks[id];
        Invariant.Require(block is { ReferenceCount: 1, Hash: null, TailTokens: 0 }, "a tail is left by the only one who uses it");
        (block.Chain, block.TailTokens) = (chain, tokens.Length);
        tokens.CopyTo(_tokens.AsSpan(id * _blockSize, _blockSize));
        _cached.Tails.Add(block);
    }

    /// <summary>The tokens of a cached block or of a tail; empty when the pool was not told.</summary>
    public ReadOnlySpan<int> TokensOf(Block block) =>
        _tokens.AsSpan(block.Id * _blockSize, block.HasTokens ? _blockSize : block.TailTokens);

    /// <summary>
    /// One user less. A block that nobody can share is the first to be taken again; a cached one the last.
    /// </summary>
    public void Release(int id)
    {
        var block = _blocks[id];
        Invariant.Require(block.ReferenceCount > 0, "a block is released once by each who took it");
        if (--block.ReferenceCount > 0)
        {
            return;
        }

        _free.Add(block);
    }

    /// <summary>Forgets all content: for when the KV cache is no longer to be trusted. No block may be in use.</summary>
    public void Clear()
    {
        Invariant.Require(FreeCount == BlockCount, "a pool is cleared when no sequence uses a block");
        foreach (var block in _blocks)
        {
            if (block.Hash is not null || block.TailTokens > 0)
            {
                _free.Remove(block);
                Forget(block);
                _free.Add(block);
            }
        }

        Changes.Cleared();
        Observer?.Cleared();
    }

    private void Forget(Block block)
    {
        if (block.Hash is not null)
        {
            _cached.Remove(block);
        }

        ForgetTail(block);
    }

    private void ForgetTail(Block block)
    {
        if (block.TailTokens > 0)
        {
            _cached.Tails.Remove(block);
            block.TailTokens = 0;
        }
    }

    /// <summary>A block has been evicted: those before it may go too when it was the last of their continuations.</summary>
    private void OpenParent(BlockHash parent)
    {
        if (_free.WaitsForContinuations && parent != BlockHash.None && !_cached.Children.Any(parent))
        {
            Open(_cached.Find(parent));
        }
    }

    private void Open(Block? first)
    {
        for (var block = first; block is not null; block = block.Twin)
        {
            if (block.ReferenceCount == 0)
            {
                _free.Open(block);
            }
        }
    }
}
