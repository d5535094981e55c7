namespace Preble.Core.Text.Jinja;

/// <summary>
/// Attributes and items: <c>a.b</c> asks for the attribute first, <c>a['b']</c> for the item first, as Jinja does. No .NET member is
/// ever reached.
/// </summary>
internal static class Access
{
    public static object Attribute(RenderContext context, object owner, string name)
    {
        if (owner is Undefined undefined)
        {
            return undefined.Fail();
        }

        return FindAttribute(context, owner, name)
            ?? (owner is DictValue dict ? dict.Find(name) : null)
            ?? Undefined.OfAttribute(SafeText.Plain(owner), name);
    }

    public static object Item(RenderContext context, object owner, object key)
    {
        (owner, key) = (SafeText.Plain(owner), SafeText.Plain(key));
        if (owner is Undefined undefined)
        {
            return undefined.Fail();
        }

        return FindItem(context, owner, key)
            ?? (key is string name ? FindAttribute(context, owner, name) : null)
            ?? Undefined.OfItem(context, owner, key);
    }

    public static object Slice(RenderContext context, object owner, (object Start, object Stop, object Step) bounds)
    {
        owner = SafeText.Plain(owner);
        if (owner is Undefined undefined)
        {
            return undefined.Fail();
        }

        if (owner is not (string or ISequenceValue))
        {
            return new Undefined($"{TypeName.Described(owner)} has no element slice");
        }

        var range = SliceRange.Of(Iteration.Length(context, owner), Bound(bounds.Start), Bound(bounds.Stop), Bound(bounds.Step));
        context.Steps(owner is string ? 0 : range.Count);
        context.Charge(owner is string ? range.Count : 0);
        return owner switch
        {
            string text => CodePoints.Slice(text, range),
            TupleValue tuple => new TupleValue([.. range.Indices().Select(i => tuple[i])]),
            ListValue list => new ListValue([.. range.Indices().Select(i => list[i])]),
            var other => Cut((RangeValue)other, range),
        };
    }

    /// <summary>An attribute that is not an item: methods, and the fields of the interpreter's own objects.</summary>
    public static object? FindAttribute(RenderContext context, object owner, string name) => owner switch
    {
        NamespaceValue space => space.Find(name),
        LoopValue loop => loop.Find(name),
        TupleValue { IsGroup: true } group when name is "grouper" or "list" => group[name == "grouper" ? 0 : 1],
        CyclerValue cycler when name == "current" => cycler.Current,
        MacroValue macro when name == "name" => macro.Name,
        _ => Methods.Find(SafeText.Plain(owner), name) is { } method ? new BoundMethod(owner, method) : null,
    };

    private static object? FindItem(RenderContext context, object owner, object key)
    {
        if (owner is DictValue dict)
        {
            return key is ListValue or DictValue ? null : dict.Find(key);
        }

        if (owner is not (string or ISequenceValue) || !Numbers.TryWhole(key, out var index))
        {
            return null;
        }

        var count = Iteration.Length(context, owner);
        index += index < 0 ? count : 0;
        if (index < 0 || index >= count)
        {
            return null;
        }

        return owner is string text ? CharacterAt(text, (int)index) : ((ISequenceValue)owner)[(int)index];
    }

    private static string CharacterAt(string text, int index)
    {
        var position = CodePoints.Position(text, index);
        return text.Substring(position, CodePoints.Width(text, position));
    }

    private static RangeValue Cut(RangeValue range, SliceRange cut)
    {
        var start = range.Start + (cut.Start * range.Step);
        var step = range.Step * cut.Step;
        return new RangeValue(start, step, cut.Count) { Stop = start + (step * cut.Count) };
    }

    private static long? Bound(object value)
    {
        if (value is None)
        {
            return null;
        }

        return Numbers.TryWhole(value, out var number)
            ? number
            : throw new TemplateFailure("slice indices must be integers or None or have an __index__ method");
    }
}
