namespace Preble.Core.Text;

/// <summary>A binary heap of pairs by rank, then by position, in room that the caller lends.</summary>
internal ref struct PairHeap(Span<ulong> room)
{
    private readonly Span<ulong> _items = room;
    private int _count;

    public void Add(int rank, int position)
    {
        var item = ((ulong)(uint)rank << 32) | (uint)position;
        var at = _count++;
        while (at > 0 && _items[(at - 1) / 2] > item)
        {
            _items[at] = _items[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _items[at] = item;
    }

    public bool TryTake(out int rank, out int position)
    {
        if (_count == 0)
        {
            (rank, position) = (0, 0);
            return false;
        }

        (rank, position) = ((int)(_items[0] >> 32), (int)_items[0]);
        _count--;
        SinkFromTop(_items[_count]);
        return true;
    }

    private readonly void SinkFromTop(ulong item)
    {
        var at = 0;
        while (2 * at + 1 < _count)
        {
            var child = 2 * at + 1;
            child += child + 1 < _count && _items[child + 1] < _items[child] ? 1 : 0;
            if (_items[child] >= item)
            {
                break;
            }

            _items[at] = _items[child];
            at = child;
        }

        _items[at] = item;
    }
}
