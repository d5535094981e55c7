namespace Preble.Core.Text.Jinja;

/// <summary>The variable <c>loop</c>. It looks one item ahead, and takes all items only when someone asks for the length.</summary>
internal sealed class LoopValue(
    RenderContext context, object source, IEnumerable<object> items, int depth, ForStatement? recursion) : ICallable
{
    private static readonly Builtin Cycle = new("cycle(*)", (_, self, a) => ((LoopValue)self).CycleOver(a.All.Positional));
    private static readonly Builtin Changed =
        new("changed(*)", (c, self, a) => Boxes.Of(((LoopValue)self).HasChanged(c, a.All.Positional)));

    private IEnumerator<object> _items = items.GetEnumerator();
    private int _index = -1;
    private int? _length = Iteration.Count(source);
    private object? _previous;
    private object? _current;
    private object? _next;
    private TupleValue? _lastChanged;

    public int Length => _length ??= CountAhead();

    private int FullIndex => _index + 1;

    public bool MoveNext(out object item)
    {
        item = Peek() ?? None.Value;
        if (_next is null)
        {
            return false;
        }

        (_previous, _current, _next) = (_current, _next, null);
        _index++;
        return true;
    }

    /// <summary>The loop iterated by its own body: the items that are left.</summary>
    public IEnumerable<object> Rest()
    {
        while (MoveNext(out var item))
        {
            yield return new TupleValue([item, this]);
        }
    }

    public object? Find(string name) => name switch
    {
        "index" => Boxes.Of(FullIndex),
        "index0" => Boxes.Of(_index),
        "first" => Boxes.Of(_index == 0),
        "last" => Boxes.Of(Peek() is null),
        "length" => Boxes.Of(Length),
        "revindex" => Boxes.Of(Length - _index),
        "revindex0" => Boxes.Of(Length - FullIndex),
        "previtem" => _index == 0 ? new Undefined("there is no previous item") : _previous,
        "nextitem" => Peek() ?? new Undefined("there is no next item"),
        "depth" => Boxes.Of(depth + 1),
        "depth0" => Boxes.Of(depth),
        "cycle" => new BoundMethod(this, Cycle),
        "changed" => new BoundMethod(this, Changed),
        _ => null,
    };

    /// <summary>Calling the loop renders its body for other items, one level deeper.</summary>
    public object Call(RenderContext caller, Arguments arguments)
    {
        if (recursion is null)
        {
            throw new TemplateFailure("The loop must have the 'recursive' marker to be called recursively.");
        }

        return arguments.Positional is [var inner]
            ? recursion.Recurse(caller, inner, depth + 1)
            : throw new TemplateFailure("a recursive loop is called with one argument, the items");
    }

    private object? Peek() => _next ??= _items.MoveNext() ? _items.Current : null;

    /// <summary>A source without a length is read to its end now.</summary>
    private int CountAhead()
    {
        var ahead = new List<object>();
        while (_items.MoveNext())
        {
            context.Step();
            ahead.Add(_items.Current);
        }

        _items = ahead.GetEnumerator();
        return ahead.Count + FullIndex + (_next is null ? 0 : 1);
    }

    private object CycleOver(object[] values) =>
        values.Length > 0 ? values[Math.Max(0, _index) % values.Length] : throw new TemplateFailure("no items for cycling given");

    private bool HasChanged(RenderContext caller, object[] values)
    {
        var now = new TupleValue(values);
        if (_lastChanged is not null && Equality.Of(caller, _lastChanged, now))
        {
            return false;
        }

        _lastChanged = now;
        return true;
    }
}
