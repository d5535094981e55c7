namespace Preble.Core.Text.Jinja;

/// <summary>Python's <c>==</c>.</summary>
internal static class Equality
{
    public static bool Of(RenderContext context, object left, object right)
    {
        context.Step();
        (left, right) = (SafeText.Plain(left), SafeText.Plain(right));
        if (left is string a)
        {
            return right is string b && OfTexts(context, a, b);
        }

        if (Numbers.TryCompare(left, right, out var order))
        {
            return order == 0;
        }

        return (left, right) switch
        {
            (ListValue x, ListValue y) => OfSequences(context, x, y),
            (TupleValue x, TupleValue y) => OfSequences(context, x, y),
            (RangeValue x, RangeValue y) => OfSequences(context, x, y),
            (DictValue x, DictValue y) => OfDicts(context, x, y),
            (Undefined, Undefined) => true,
            _ => ReferenceEquals(left, right),
        };
    }

    private static bool OfTexts(RenderContext context, string left, string right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        context.ChargeScan(left.Length);
        return left == right;
    }

    private static bool OfSequences(RenderContext context, ISequenceValue left, ISequenceValue right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        for (var i = 0; i < left.Count; i++)
        {
            if (!Of(context, left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool OfDicts(RenderContext context, DictValue left, DictValue right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        foreach (var (key, value) in left.Items)
        {
            if (right.Find(key) is not { } other || !Of(context, value, other))
            {
                return false;
            }
        }

        return true;
    }
}
