namespace Preble.Core.Text.Jinja;

/// <summary>
/// What <c>namespace()</c> gives: the one object whose attributes a template may set, so that loops can hand values outwards.
/// </summary>
internal sealed class NamespaceValue
{
    private readonly OrderedDictionary<string, object> _attributes = new(StringComparer.Ordinal);

    public void Set(string name, object value) => _attributes[name] = value;

    public object? Find(string name) => _attributes.GetValueOrDefault(name);

    /// <summary>A copy of the attributes, for printing.</summary>
    public DictValue ToDict(RenderContext context)
    {
        var dict = new DictValue(context);
        foreach (var (name, value) in _attributes)
        {
            dict.Items[name] = value;
        }

        return dict;
    }
}
