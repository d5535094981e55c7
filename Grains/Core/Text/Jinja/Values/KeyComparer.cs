using System.Runtime.CompilerServices;

namespace Preble.Core.Text.Jinja;

/// <summary>Python's equality and hashing of dictionary keys: 1, 1.0 and True are one key; a list is none.</summary>
internal sealed class KeyComparer(RenderContext context) : IEqualityComparer<object>
{
    bool IEqualityComparer<object>.Equals(object? left, object? right) =>
        left is string a && right is string b ? a == b : Equality.Of(context, left!, right!);

    public int GetHashCode(object key)
    {
        context.Step();
        return SafeText.Plain(key) switch
        {
            string text => text.GetHashCode(StringComparison.Ordinal),
            bool flag => (flag ? 1L : 0L).GetHashCode(),
            long number => number.GetHashCode(),
            double number => Numbers.IsWhole(number, out var whole) ? whole.GetHashCode() : number.GetHashCode(),
            TupleValue tuple => OfTuple(tuple),
            ListValue or DictValue => throw new TemplateFailure($"unhashable type: '{TypeName.Of(key)}'"),
            _ => RuntimeHelpers.GetHashCode(key),
        };
    }

    private int OfTuple(TupleValue tuple)
    {
        var hash = default(HashCode);
        foreach (var item in tuple.Items)
        {
            hash.Add(GetHashCode(item));
        }

        return hash.ToHashCode();
    }
}
