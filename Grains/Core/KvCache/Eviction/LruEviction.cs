namespace Preble.Core.KvCache.Eviction;

/// <summary>
/// Least recently used first, in O(1). Leaf-first by nature: a sequence releases its last block first, and whoever uses a block uses all before
/// it, so a block is never released after what comes before it.
/// </summary>
public sealed class LruEviction : IEvictionOrder
{
    private readonly FreeBlockQueue _queue = new();

    public int Count => _queue.Count;

    /// <summary>Its order is that of the last uses, whatever comes or goes.</summary>
    public bool WaitsForContinuations => false;

    public void Add(Block block)
    {
        if (block.Hash is null && block.TailTokens == 0)
        {
            _queue.Prepend(block);
        }
        else
        {
            _queue.Append(block);
        }
    }

    public void Remove(Block block) => _queue.Remove(block);

    public Block Take() => _queue.TakeLeastRecentlyUsed();

    public void Open(Block block)
    {
        // Its place is where its last use has put it.
    }

    public IEnumerable<int> Ids() => _queue.Ids();
}
