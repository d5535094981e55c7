namespace Preble.Core.KvCache;

/// <summary>
/// All blocks of a worker's KV cache. A block is in use (reference count above 0) or in the free queue; a free block keeps its content,
/// and can be shared again, until it is taken for something else.
/// </summary>
public sealed class BlockPool
{
    private readonly Block[] _blocks;
    private readonly FreeBlockQueue _free = new();
    private readonly CachedBlocks _cached;

    public BlockPool(int blockCount, int changesKept = Limits.CacheChangesKept)
    {
        Invariant.Require(blockCount > 0, "a pool has at least one block");
        _cached = new CachedBlocks(blockCount);
        Changes = new CacheChangeLog(changesKept);
        _blocks = new Block[blockCount];
        for (var id = 0; id < blockCount; id++)
        {
            _free.Append(_blocks[id] = new Block(id));
        }
    }

    public int BlockCount => _blocks.Length;

    /// <summary>Blocks that no sequence uses; some of them still cached.</summary>
    public int FreeCount => _free.Count;

    /// <summary>Prefixes that can be shared.</summary>
    public int CachedCount => _cached.Count;

    public long EvictedTotal { get; private set; }

    public CacheChangeLog Changes { get; }

    /// <summary>Who is told of every change at once; null for nobody.</summary>
    public ICacheObserver? Observer { get; set; }

    internal FreeBlockQueue FreeQueue => _free;

    internal CachedBlocks Cached => _cached;

    internal Block this[int id] => _blocks[id];

    public Block? Find(BlockHash hash) => _cached.Find(hash);

    /// <summary>Takes the least recently used free block for new content and evicts what it held.</summary>
    public Block Take()
    {
        var block = _free.TakeLeastRecentlyUsed();
        if (block.Hash is { } hash)
        {
            EvictedTotal++;
            if (_cached.Remove(block))
            {
                Changes.Removed(hash);
                Observer?.Removed(hash);
            }
        }

        block.ReferenceCount = 1;
        return block;
    }

    /// <summary>One more sequence uses a cached block.</summary>
    public void Touch(Block block)
    {
        Invariant.Require(block.Hash is not null, "only a cached block can be shared");
        if (block.ReferenceCount == 0)
        {
            _free.Remove(block);
        }

        block.ReferenceCount++;
    }

    /// <summary>Makes a full, computed block shareable.</summary>
    public void Register(int id, BlockHash hash, BlockHash parent)
    {
        var block = _blocks[id];
        Invariant.Require(block.ReferenceCount > 0, "a block is registered by a sequence that uses it");
        if (_cached.Add(block, hash, parent))
        {
            Changes.Stored(hash, parent);
            Observer?.Stored(hash);
        }
    }

    /// <summary>
    /// One sequence less uses the block. A block that nobody can share is the first to be taken again; a cached one the last.
    /// </summary>
    public void Release(int id)
    {
        var block = _blocks[id];
        Invariant.Require(block.ReferenceCount > 0, "a block is released once by each who took it");
        if (--block.ReferenceCount > 0)
        {
            return;
        }

        if (block.Hash is null)
        {
            _free.Prepend(block);
        }
        else
        {
            _free.Append(block);
        }
    }

    /// <summary>Forgets all content: for when the KV cache is no longer to be trusted. No block may be in use.</summary>
    public void Clear()
    {
        Invariant.Require(FreeCount == BlockCount, "a pool is cleared when no sequence uses a block");
        foreach (var block in _blocks)
        {
            if (block.Hash is not null)
            {
                _cached.Remove(block);
            }
        }

        Changes.Cleared();
        Observer?.Cleared();
    }
}
