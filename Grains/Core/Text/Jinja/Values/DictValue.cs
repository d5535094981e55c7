namespace Preble.Core.Text.Jinja;

/// <summary>Python's dict: keys of any hashable kind, in the order of insertion.</summary>
internal sealed class DictValue(RenderContext context)
{
    public OrderedDictionary<object, object> Items { get; } = new(context.Keys);

    public int Count => Items.Count;

    public object? Find(object key) => Items.TryGetValue(key, out var value) ? value : null;
}

/// <summary>
/// What <c>keys()</c>, <c>values()</c> and <c>items()</c> give: it has a length and can be iterated again and again, but has no items
/// by number.
/// </summary>
internal sealed class DictView(DictValue dict, string typeName, Func<KeyValuePair<object, object>, object> select)
{
    public string TypeName => typeName;

    public int Count => dict.Count;

    public IEnumerable<object> Items => dict.Items.Select(select);

    public static DictView OfKeys(DictValue dict) => new(dict, "dict_keys", pair => pair.Key);

    public static DictView OfValues(DictValue dict) => new(dict, "dict_values", pair => pair.Value);

    public static DictView OfItems(DictValue dict) => new(dict, "dict_items", pair => new TupleValue([pair.Key, pair.Value]));
}
