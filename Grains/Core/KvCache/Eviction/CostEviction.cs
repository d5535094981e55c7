namespace Preble.Core.KvCache.Eviction;

/// <summary>
/// Least worth first, in O(log n). A block is worth the age at which it was released, plus its recompute cost times its uses; its size is that
/// of every other. The age is the worth of what was evicted last: so worth fades as others go, without a clock, and a block shared long ago
/// gives way to one shared lately (the GreedyDual-Size-Frequency rule: Cherkasova 1998).
/// </summary>
public sealed class CostEviction(RecomputeCost cost, int blockSize, BlockChildren children) : IEvictionOrder
{
    /// <summary>Uses that count: past them a block is simply popular.</summary>
    public const int UsesCounted = 64;

    private readonly EvictionHeap _open = new();
    private readonly FreeBlockQueue _empty = new();
    private readonly FreeBlockQueue _closed = new();
    private double _age;
    private long _released;

    public int Count => _open.Count + _empty.Count + _closed.Count;

    public bool WaitsForContinuations => true;

    public void Add(Block block)
    {
        if (block.Hash is null)
        {
            QueueEmpty(block);
            return;
        }

        block.Worth = _age + ((1 + Math.Min(block.Uses, UsesCounted)) * cost.Seconds(block.Depth, blockSize));
        block.ReleaseNumber = _released++;
        Queue(block);
    }

    public void Remove(Block block)
    {
        if (block.HeapPlace >= 0)
        {
            _open.Remove(block);
        }
        else if (block.Hash is null)
        {
            _empty.Remove(block);
        }
        else
        {
            _closed.Remove(block);
        }
    }

    public Block Take()
    {
        if (_empty.Count > 0)
        {
            return _empty.TakeLeastRecentlyUsed();
        }

        while (true)
        {
            // One that got a continuation, or lost its twin, since it was queued waits until it may go again.
            var block = _open.Take();
            if (MayGo(block))
            {
                _age = Math.Max(_age, block.Worth);
                return block;
            }

            _closed.Append(block);
        }
    }

    public void Open(Block block)
    {
        if (block.HeapPlace < 0)
        {
            _closed.Remove(block);
            Queue(block);
        }
    }

    public IEnumerable<int> Ids() => [.. _empty.Ids(), .. _open.Ids(), .. _closed.Ids()];

    /// <summary>Blocks that hold nothing go before tails, and those before all that is cached.</summary>
    private void QueueEmpty(Block block)
    {
        if (block.TailTokens == 0)
        {
            _empty.Prepend(block);
        }
        else
        {
            _empty.Append(block);
        }
    }

    private void Queue(Block block)
    {
        if (MayGo(block))
        {
            _open.Add(block);
        }
        else
        {
            _closed.Append(block);
        }
    }

    private bool MayGo(Block block) => block.HasTwin || !children.Any(block.Hash!.Value);
}
