namespace Preble.Core.Text.Jinja;

/// <summary>What the lazy filters give: items made on demand, once. It is always true and has no length.</summary>
internal sealed class GeneratorValue(RenderContext context, IEnumerable<object> items)
{
    private readonly IEnumerator<object> _items = items.GetEnumerator();
    private bool _running;

    /// <summary>The items not yet taken.</summary>
    public IEnumerable<object> Rest()
    {
        while (MoveNext())
        {
            yield return _items.Current;
        }
    }

    private bool MoveNext()
    {
        // Generators over generators recurse here, so the stack must be checked before going down.
        context.Step();
        if (_running)
        {
            throw new TemplateFailure("generator already executing");
        }

        _running = true;
        try
        {
            return _items.MoveNext();
        }
        finally
        {
            _running = false;
        }
    }
}
