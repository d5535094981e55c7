using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Filters on sequences: length, ends, order, groups, joining.</summary>
internal static class SequenceFilters
{
    public static readonly Builtin[] All =
    [
        new("length()", (c, self, _) => Boxes.Of(Iteration.Length(c, self))),
        new("count()", (c, self, _) => Boxes.Of(Iteration.Length(c, self))),
        new("list()", (c, self, _) => new ListValue(Iteration.ToList(c, self))),
        new("items()", (c, self, _) => new GeneratorValue(c, Items(c, self))),
        new("first()", (c, self, _) => Iteration.Over(c, self).FirstOrDefault() ?? new Undefined("No first item, sequence was empty.")),
        new("last()", Last),
        new("reverse()", Reverse),
        new("join(d?, attribute?)", (c, self, a) => Join(
            c, Repr.Str(c, a[0] ?? string.Empty), Iteration.Over(c, self).Select(item => new AttributePath(a[1]).Of(c, item)))),
        new("sort(reverse?, case_sensitive?, attribute?)", (c, self, a) => Sort(c, self, a)),
        new("dictsort(case_sensitive?, by?, reverse?)", DictSort),
        new("unique(case_sensitive?, attribute?)", (c, self, a) => new GeneratorValue(
            c, Unique(c, self, a.Flag(0), new AttributePath(a[1])))),
        new("groupby(attribute, default?, case_sensitive?)", (c, self, a) => Grouping.By(
            c, Iteration.ToList(c, self), new AttributePath(a.Required(0), a[1]), a.Flag(2))),
        new("batch(linecount, fill_with?)", (c, self, a) => new GeneratorValue(c, Grouping.Batches(c, self, a.Whole(0), a.Given(1)))),
        new("slice(slices, fill_with?)", (c, self, a) => new GeneratorValue(c, Grouping.Slices(c, self, a.Whole(0), a.Given(1)))),
    ];

    /// <summary>Puts the printed forms of items together with a separator.</summary>
    public static string Join(RenderContext context, string separator, IEnumerable<object> items)
    {
        var text = new StringBuilder();
        var isFirst = true;
        foreach (var item in items)
        {
            var part = Repr.Str(context, item);
            context.Charge((long)part.Length + separator.Length);
            text.Append(isFirst ? string.Empty : separator).Append(part);
            isFirst = false;
        }

        return text.ToString();
    }

    private static IEnumerable<object> Items(RenderContext context, object self) => self switch
    {
        DictValue dict => Iteration.Over(context, DictView.OfItems(dict)),
        Undefined => [],
        _ => throw new TemplateFailure("Can only get item pairs from a mapping."),
    };

    private static object Last(RenderContext context, object self, BoundArguments arguments) => self switch
    {
        ISequenceValue { Count: > 0 } sequence => sequence[sequence.Count - 1],
        GeneratorValue => throw new TemplateFailure("'generator' object is not reversible"),
        _ => Iteration.Over(context, self).LastOrDefault() ?? new Undefined("No last item, sequence was empty."),
    };

    private static object Reverse(RenderContext context, object self, BoundArguments arguments)
    {
        if (self is string text)
        {
            context.Charge(text.Length);
            return CodePoints.Slice(text, SliceRange.Of(CodePoints.Count(text), null, null, -1));
        }

        var items = Iteration.ToList(context, self);
        items.Reverse();
        return self is GeneratorValue ? new ListValue(items) : new GeneratorValue(context, items);
    }

    private static ListValue Sort(RenderContext context, object self, BoundArguments arguments)
    {
        // Several attributes make a list of keys, which compares as lists do.
        var paths = arguments.Given(2) is string names
            ? Array.ConvertAll(names.Split(','), name => new AttributePath(name))
            : [new AttributePath(arguments[2])];
        var items = Iteration.ToList(context, self).ToArray();
        var caseSensitive = arguments.Flag(1);
        Ordering.Sort(
            context, items, item => new ListValue([.. paths.Select(path => path.KeyOf(context, item, caseSensitive))]), arguments.Flag(0));
        return new ListValue([.. items]);
    }

    private static object DictSort(RenderContext context, object self, BoundArguments arguments)
    {
        (self as Undefined)?.Fail();
        var dict = self as DictValue ?? throw new TemplateFailure($"'{TypeName.Of(self)}' object has no attribute 'items'");
        var by = arguments.TextOr(1, "key") switch
        {
            "key" => 0,
            "value" => 1,
            _ => throw new TemplateFailure("You can only sort by either \"key\" or \"value\""),
        };
        var caseSensitive = arguments.Flag(0);
        var pairs = Iteration.ToList(context, DictView.OfItems(dict)).ToArray();
        Ordering.Sort(context, pairs, pair => Key(((TupleValue)pair)[by]), arguments.Flag(2));
        return new ListValue([.. pairs]);

        object Key(object value) => caseSensitive ? value : AttributePath.IgnoreCase(context, value);
    }

    private static IEnumerable<object> Unique(RenderContext context, object self, bool caseSensitive, AttributePath path)
    {
        var seen = new HashSet<object>(context.Keys);
        foreach (var item in Iteration.Over(context, self))
        {
            if (seen.Add(path.KeyOf(context, item, caseSensitive)))
            {
                yield return item;
            }
        }
    }
}
