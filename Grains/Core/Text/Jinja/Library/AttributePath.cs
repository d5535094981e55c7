using System.Globalization;

namespace Preble.Core.Text.Jinja;

/// <summary>The argument <c>attribute</c> of many filters: a number, or names with dots between them.</summary>
internal sealed class AttributePath
{
    private readonly object[] _parts;
    private readonly object? _otherwise;

    /// <summary>A null or None attribute stands for the item itself.</summary>
    public AttributePath(object? attribute, object? otherwise = null)
    {
        _otherwise = otherwise is None ? null : otherwise;
        _parts = attribute switch
        {
            null or None => [],
            string path => Array.ConvertAll(path.Split('.'), Part),
            var other => [other],
        };
    }

    public object Of(RenderContext context, object item)
    {
        foreach (var part in _parts)
        {
            item = Access.Item(context, item, part);
            item = item is Undefined ? _otherwise ?? item : item;
        }

        return item;
    }

    /// <summary>The key to sort, group or compare by: texts without regard to case, unless asked.</summary>
    public object KeyOf(RenderContext context, object item, bool caseSensitive)
    {
        var key = SafeText.Plain(Of(context, item));
        return caseSensitive ? key : IgnoreCase(context, key);
    }

    public static object IgnoreCase(RenderContext context, object key)
    {
        context.Charge(key is string text ? text.Length : 0);
        return key is string mixed ? Letters.Lower(mixed) : key;
    }

    private static object Part(string part) =>
        long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? Boxes.Of(index) : part;
}
