namespace Preble.Core.KvCache.Eviction;

/// <summary>Blocks by worth, the least and of those the longest free first: a binary heap whose blocks know their places, so that any can leave.</summary>
internal sealed class EvictionHeap
{
    private readonly List<Block> _heap = [];

    public int Count => _heap.Count;

    public IEnumerable<int> Ids() => _heap.Select(block => block.Id);

    public void Add(Block block)
    {
        Invariant.Require(block.HeapPlace < 0 && block.ReferenceCount == 0, "a free block is queued once");
        block.HeapPlace = _heap.Count;
        _heap.Add(block);
        MoveUp(block.HeapPlace);
    }

    public Block Take()
    {
        Invariant.Require(_heap.Count > 0, "of the free blocks one at least has no continuation");
        var block = _heap[0];
        Remove(block);
        return block;
    }

    public void Remove(Block block)
    {
        var place = block.HeapPlace;
        Invariant.Require(place >= 0 && _heap[place] == block, "a queued block knows its place");
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        block.HeapPlace = -1;
        if (last != block)
        {
            Put(last, place);
            MoveUp(place);
            MoveDown(last.HeapPlace);
        }
    }

    private static bool IsBefore(Block one, Block other) =>
        one.Worth != other.Worth ? one.Worth < other.Worth : one.ReleaseNumber < other.ReleaseNumber;

    private void MoveUp(int place)
    {
        var block = _heap[place];
        while (place > 0 && IsBefore(block, _heap[(place - 1) / 2]))
        {
            Put(_heap[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }

        Put(block, place);
    }

    private void MoveDown(int place)
    {
        var block = _heap[place];
        while (true)
        {
            var child = (2 * place) + 1;
            if (child + 1 < _heap.Count && IsBefore(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (child >= _heap.Count || !IsBefore(_heap[child], block))
            {
                break;
            }

            Put(_heap[child], place);
            place = child;
        }

        Put(block, place);
    }

    private void Put(Block block, int place)
    {
        _heap[place] = block;
        block.HeapPlace = place;
    }
}
