namespace Preble.Core.Text.Jinja;

/// <summary>Python's <c>&lt;</c> and its kin, and a stable sort by them.</summary>
internal static class Ordering
{
    /// <summary>Answers <c>left symbol right</c>; NaN is in no order with anything.</summary>
    public static bool Holds(RenderContext context, string symbol, object left, object right)
    {
        if (Compare(context, left, right, symbol) is not { } order)
        {
            return false;
        }

        return symbol switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>Sorts in place, stably: equal items keep their order, also when reversed.</summary>
    public static void Sort<T>(RenderContext context, T[] items, Func<T, object> key, bool reverse)
    {
        var keyed = Array.ConvertAll(items, item => (Key: key(item), Item: item));
        var buffer = new (object Key, T Item)[keyed.Length];
        for (var width = 1; width < keyed.Length; width = Math.Min(width * 2, keyed.Length))
        {
            for (var start = 0; start < keyed.Length; start += 2 * width)
            {
                Merge(context, keyed, buffer, (start, width), reverse);
            }

            (keyed, buffer) = (buffer, keyed);
        }

        for (var i = 0; i < items.Length; i++)
        {
            items[i] = keyed[i].Item;
        }
    }

    private static void Merge<T>(
        RenderContext context, (object Key, T Item)[] from, (object Key, T Item)[] into,
        (int Start, int Width) run, bool reverse)
    {
        var middle = Math.Min(run.Start + run.Width, from.Length);
        var end = Math.Min(middle + run.Width, from.Length);
        var (left, right) = (run.Start, middle);
        for (var at = run.Start; at < end; at++)
        {
            var takesRight = left >= middle || (right < end && (reverse
                ? Holds(context, "<", from[left].Key, from[right].Key)
                : Holds(context, "<", from[right].Key, from[left].Key)));
            into[at] = takesRight ? from[right++] : from[left++];
        }
    }

    private static int? Compare(RenderContext context, object left, object right, string symbol)
    {
        context.Step();
        (left, right) = (SafeText.Plain(left), SafeText.Plain(right));
        if (left is string a && right is string b)
        {
            context.ChargeScan(Math.Min(a.Length, b.Length));
            return CodePoints.Compare(a, b);
        }

        if (Numbers.TryCompare(left, right, out var order))
        {
            return order;
        }

        return (left, right) switch
        {
            (ListValue x, ListValue y) => OfSequences(context, x, y, symbol),
            (TupleValue x, TupleValue y) => OfSequences(context, x, y, symbol),
            (Undefined undefined, _) => (int?)undefined.Fail(),
            (_, Undefined undefined) => (int?)undefined.Fail(),
            _ => throw new TemplateFailure(
                $"'{symbol}' not supported between instances of '{TypeName.Of(left)}' and '{TypeName.Of(right)}'"),
        };
    }

    private static int? OfSequences(RenderContext context, ISequenceValue left, ISequenceValue right, string symbol)
    {
        for (var i = 0; i < left.Count && i < right.Count; i++)
        {
            if (!Equality.Of(context, left[i], right[i]))
            {
                return Compare(context, left[i], right[i], symbol);
            }
        }

        return left.Count.CompareTo(right.Count);
    }
}
