namespace Preble.Core.Batching.Queueing;

/// <summary>
/// Places by a key, smallest first and by arrival among equals; any of them can be taken out in O(log n). A place can be in two heaps at
/// a time, one of each kind.
/// </summary>
public sealed class PlaceHeap(bool second = false)
{
    private readonly List<(long Key, QueuePlace Place)> _items = [];

    public int Count => _items.Count;

    /// <summary>The place with the smallest key; null when there is none.</summary>
    public QueuePlace? First => _items.Count == 0 ? null : _items[0].Place;

    public void Add(QueuePlace place, long key)
    {
        Invariant.Require(PositionOf(place) < 0, "a place is in a heap once");
        _items.Add((key, place));
        Rise(_items.Count - 1);
    }

    public void Remove(QueuePlace place)
    {
        var hole = PositionOf(place);
        Invariant.Require((uint)hole < (uint)_items.Count && _items[hole].Place == place, "a place is taken out of the heap that it is in");
        var last = _items[^1];
        _items.RemoveAt(_items.Count - 1);
        SetPosition(place, -1);
        if (hole < _items.Count)
        {
            Put(hole, last);
            Rise(hole);
            Sink(PositionOf(last.Place));
        }
    }

    private static bool IsBefore((long Key, QueuePlace Place) one, (long Key, QueuePlace Place) other) =>
        one.Key != other.Key ? one.Key < other.Key : one.Place.Arrival < other.Place.Arrival;

    private void Rise(int index)
    {
        var item = _items[index];
        for (var parent = (index - 1) / 2; index > 0 && IsBefore(item, _items[parent]); parent = (index - 1) / 2)
        {
            Put(index, _items[parent]);
            index = parent;
        }

        Put(index, item);
    }

    private void Sink(int index)
    {
        var item = _items[index];
        for (var child = (2 * index) + 1; child < _items.Count; child = (2 * index) + 1)
        {
            if (child + 1 < _items.Count && IsBefore(_items[child + 1], _items[child]))
            {
                child++;
            }

            if (!IsBefore(_items[child], item))
            {
                break;
            }

            Put(index, _items[child]);
            index = child;
        }

        Put(index, item);
    }

    private void Put(int index, (long Key, QueuePlace Place) item)
    {
        _items[index] = item;
        SetPosition(item.Place, index);
    }

    private int PositionOf(QueuePlace place) => second ? place.SecondPosition : place.FirstPosition;

    private void SetPosition(QueuePlace place, int position)
    {
        if (second)
        {
            place.SecondPosition = position;
        }
        else
        {
            place.FirstPosition = position;
        }
    }
}
