using Preble.Core.KvCache;
using Preble.Core.KvCache.Eviction;

namespace Preble.Core.Tests.KvCache;

public sealed class FreeBlockQueueTests
{
    private readonly Block[] _blocks = [.. Enumerable.Range(0, 4).Select(id => new Block(id))];
    private readonly FreeBlockQueue _queue = new();

    public FreeBlockQueueTests()
    {
        foreach (var block in _blocks)
        {
            _queue.Append(block);
        }
    }

    [Fact]
    public void Take_gives_the_block_that_has_waited_longest()
    {
        Assert.Same(_blocks[0], _queue.TakeLeastRecentlyUsed());
        Assert.Same(_blocks[1], _queue.TakeLeastRecentlyUsed());
        Assert.Equal(2, _queue.Count);
    }

    [Fact]
    public void Remove_from_the_middle_keeps_the_order_of_the_others()
    {
        _queue.Remove(_blocks[1]);
        Assert.Equal([0, 2, 3], _queue.Ids());
    }

    [Fact]
    public void A_prepended_block_is_taken_next()
    {
        _queue.Remove(_blocks[2]);
        _queue.Prepend(_blocks[2]);
        Assert.Equal([2, 0, 1, 3], _queue.Ids());
    }

    [Fact]
    public void A_block_in_use_and_a_block_queued_already_are_refused()
    {
        Assert.Throws<InvariantException>(() => _queue.Append(_blocks[3]));
        Assert.Throws<InvariantException>(() => _queue.Append(new Block(9) { ReferenceCount = 1 }));
        Assert.Throws<InvariantException>(() => _queue.Remove(new Block(9)));
    }

    [Fact]
    public void Take_from_an_empty_queue_is_refused()
    {
        Assert.Throws<InvariantException>(() => new FreeBlockQueue().TakeLeastRecentlyUsed());
    }
}
