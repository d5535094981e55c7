namespace Preble.Core.Text.Jinja;

/// <summary>Filters that make one value of many.</summary>
internal static class AggregateFilters
{
    public static readonly Builtin[] All =
    [
        new("sum(attribute?, start?)", Sum),
        new("min(case_sensitive?, attribute?)", (c, self, a) => Extreme(c, self, a, "<")),
        new("max(case_sensitive?, attribute?)", (c, self, a) => Extreme(c, self, a, ">")),
    ];

    private static object Sum(RenderContext context, object self, BoundArguments arguments)
    {
        var path = new AttributePath(arguments[0]);
        var sum = arguments[1] ?? Boxes.Of(0);
        if (sum is string)
        {
            throw new TemplateFailure("sum() can't sum strings [use ''.join(seq) instead]");
        }

        foreach (var item in Iteration.Over(context, self))
        {
            sum = Arithmetic.Apply(context, "+", sum, path.Of(context, item));
        }

        return sum;
    }

    private static object Extreme(RenderContext context, object self, BoundArguments arguments, string symbol)
    {
        var path = new AttributePath(arguments[1]);
        var caseSensitive = arguments.Flag(0);
        object? best = null;
        object? bestKey = null;
        foreach (var item in Iteration.Over(context, self))
        {
            var key = path.KeyOf(context, item, caseSensitive);
            if (bestKey is null || Ordering.Holds(context, symbol, key, bestKey))
            {
                (best, bestKey) = (item, key);
            }
        }

        return best ?? new Undefined("No aggregated item, sequence was empty.");
    }
}
