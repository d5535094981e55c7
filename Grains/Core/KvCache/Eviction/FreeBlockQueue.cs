namespace Preble.Core.KvCache.Eviction;

/// <summary>
/// The free blocks, least recently used first. The links live in the blocks themselves, so a cache hit can pull a block out of the middle
/// in O(1).
/// </summary>
public sealed class FreeBlockQueue
{
    private readonly Block _head = new(-1);
    private readonly Block _tail = new(-1);

    public FreeBlockQueue() => (_head.Next, _tail.Previous) = (_tail, _head);

    public int Count { get; private set; }

    /// <summary>Queues a block as the most recently used one.</summary>
    public void Append(Block block) => Insert(block, _tail.Previous!);

    /// <summary>Queues a block to be taken next: for one that holds nothing worth keeping.</summary>
    public void Prepend(Block block) => Insert(block, _head);

    public Block TakeLeastRecentlyUsed()
    {
        Invariant.Require(Count > 0, "check Count before taking");
        var block = _head.Next!;
        Remove(block);
        return block;
    }

    public void Remove(Block block)
    {
        Invariant.Require(block.Next is not null, "only a queued block can be removed");
        (block.Previous!.Next, block.Next.Previous) = (block.Next, block.Previous);
        (block.Previous, block.Next) = (null, null);
        Count--;
    }

    /// <summary>The ids in the order in which they would be taken; for tests and audits, it walks the queue.</summary>
    public IEnumerable<int> Ids()
    {
        for (var block = _head.Next!; block != _tail; block = block.Next!)
        {
            yield return block.Id;
        }
    }

    private void Insert(Block block, Block after)
    {
        Invariant.Require(block.ReferenceCount == 0, "a block in use cannot be free");
        Invariant.Require(block.Next is null, "a block is queued at most once");
        (block.Previous, block.Next) = (after, after.Next);
        (after.Next!.Previous, after.Next) = (block, block);
        Count++;
    }
}
