namespace Preble.Core.Text.Jinja;

/// <summary>A value that can be called.</summary>
internal interface ICallable
{
    object Call(RenderContext context, Arguments arguments);
}

/// <summary>A method together with the object it was taken from.</summary>
internal sealed class BoundMethod(object owner, Builtin method) : ICallable
{
    public object Call(RenderContext context, Arguments arguments) => method.Call(context, owner, arguments);
}

/// <summary>A function that every template knows, such as <c>range</c>.</summary>
internal sealed class GlobalFunction(Builtin function) : ICallable
{
    public object Call(RenderContext context, Arguments arguments) => function.Call(context, None.Value, arguments);
}

/// <summary>What <c>cycler(…)</c> gives: <c>next()</c> goes round its items.</summary>
internal sealed class CyclerValue(object[] items)
{
    private int _position;

    public object Current => items[_position];

    public object Next()
    {
        var current = Current;
        _position = (_position + 1) % items.Length;
        return current;
    }

    public void Reset() => _position = 0;
}

/// <summary>What <c>joiner(…)</c> gives: empty when called first, then its separator.</summary>
internal sealed class JoinerValue(object separator) : ICallable
{
    private bool _used;

    public object Call(RenderContext context, Arguments arguments)
    {
        var text = _used ? separator : string.Empty;
        _used = true;
        return text;
    }
}
