namespace Preble.Core.Text.Jinja;

/// <summary>A value with a length whose items are found by number.</summary>
internal interface ISequenceValue
{
    int Count { get; }

    object this[int index] { get; }
}

/// <summary>Python's list. No template can change one: the sandbox withholds the methods that would.</summary>
internal sealed class ListValue(List<object> items) : ISequenceValue
{
    public List<object> Items => items;

    public int Count => items.Count;

    public object this[int index] => items[index];
}

/// <summary>Python's tuple. The groups of <c>groupby</c> are tuples whose two items also have names.</summary>
internal sealed class TupleValue(object[] items, bool isGroup = false) : ISequenceValue
{
    public object[] Items => items;

    public bool IsGroup => isGroup;

    public int Count => items.Length;

    public object this[int index] => items[index];
}

/// <summary>Python's range, which holds three numbers and not its items.</summary>
internal sealed class RangeValue(long start, long step, int count) : ISequenceValue
{
    public long Start => start;

    public long Step => step;

    public long Stop { get; init; }

    public int Count => count;

    public object this[int index] => Boxes.Of(start + (index * step));
}
