namespace Preble.Core.Text.Jinja;

/// <summary>
/// The variables of one block. Reading looks outwards; setting stays in this block, which is why a loop cannot change outer
/// variables.
/// </summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    public void Set(string name, object value) => _values[name] = value;

    public object? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._values.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return null;
    }

    private Scope? Outer { get; } = outer;
}
