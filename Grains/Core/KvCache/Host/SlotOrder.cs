namespace Preble.Core.KvCache.Host;

/// <summary>Slots in order of use, as a list whose links lie in two arrays: every change is O(1) and allocates nothing.</summary>
public sealed class SlotOrder
{
    private const int None = -1;

    private readonly int[] _next;
    private readonly int[] _previous;
    private int _last = None;

    public SlotOrder(int capacity) => (_next, _previous) = (new int[capacity], new int[capacity]);

    /// <summary>The slot that has not been used for longest; -1 when there is none.</summary>
    public int First { get; private set; } = None;

    /// <summary>The one used next after that; -1 at the end.</summary>
    public int After(int slot) => _next[slot];

    public void Append(int slot)
    {
        (_previous[slot], _next[slot]) = (_last, None);
        if (_last == None)
        {
            First = slot;
        }
        else
        {
            _next[_last] = slot;
        }

        _last = slot;
    }

    public void Remove(int slot)
    {
        var (previous, next) = (_previous[slot], _next[slot]);
        if (previous == None)
        {
            First = next;
        }
        else
        {
            _next[previous] = next;
        }

        if (next == None)
        {
            _last = previous;
        }
        else
        {
            _previous[next] = previous;
        }
    }

    public void MoveToEnd(int slot)
    {
        Remove(slot);
        Append(slot);
    }

    public IEnumerable<int> Slots()
    {
        for (var slot = First; slot != None; slot = _next[slot])
        {
            yield return slot;
        }
    }
}
