namespace Preble.Core;

/// <summary>The order of a <see cref="PlacedHeap{T, TRule}"/>, and where its items keep their places.</summary>
internal interface IHeapRule<T>
{
    static abstract bool IsBefore(T one, T other);

    /// <summary>The item's place in the heap; −1 when it is in none.</summary>
    static abstract int PlaceOf(T item);

    static abstract void SetPlace(T item, int place);
}

/// <summary>A binary heap whose items know their places, so that any of them leaves in O(log n), without a search or an allocation.</summary>
internal sealed class PlacedHeap<T, TRule>
    where T : class
    where TRule : IHeapRule<T>
{
    private readonly List<T> _heap = [];

    public int Count => _heap.Count;

    /// <summary>The items, the first one first and the others in no particular order.</summary>
    public IReadOnlyList<T> Items => _heap;

    public T First => _heap[0];

    public void Add(T item)
    {
        Invariant.Require(TRule.PlaceOf(item) < 0, "an item enters the heap once");
        _heap.Add(item);
        TRule.SetPlace(item, _heap.Count - 1);
        MoveUp(_heap.Count - 1);
    }

    public void Remove(T item)
    {
        var place = TRule.PlaceOf(item);
        Invariant.Require(place >= 0 && _heap[place] == item, "an item knows its place in the heap");
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        TRule.SetPlace(item, -1);
        if (last != item)
        {
            Put(last, place);
            MoveUp(place);
            MoveDown(TRule.PlaceOf(last));
        }
    }

    private void MoveUp(int place)
    {
        var item = _heap[place];
        while (place > 0 && TRule.IsBefore(item, _heap[(place - 1) / 2]))
        {
            Put(_heap[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }

        Put(item, place);
    }

    private void MoveDown(int place)
    {
        var item = _heap[place];
        while (true)
        {
            var child = (2 * place) + 1;
            if (child + 1 < _heap.Count && TRule.IsBefore(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (child >= _heap.Count || !TRule.IsBefore(_heap[child], item))
            {
                break;
            }

            Put(_heap[child], place);
            place = child;
        }

        Put(item, place);
    }

    private void Put(T item, int place)
    {
        _heap[place] = item;
        TRule.SetPlace(item, place);
    }
}
