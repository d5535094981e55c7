namespace Preble.Core.Text.Jinja;

/// <summary>The filters that cut a sequence into groups.</summary>
internal static class Grouping
{
    /// <summary>Groups of equal key, in the order of the keys. The group is named after its first item, in that item's own case.</summary>
    public static ListValue By(RenderContext context, List<object> items, AttributePath path, bool caseSensitive)
    {
        var sorted = items.ToArray();
        Ordering.Sort(context, sorted, item => path.KeyOf(context, item, caseSensitive), reverse: false);
        var groups = new List<object>();
        object? key = null;
        var members = new List<object>();
        foreach (var item in sorted)
        {
            var next = path.KeyOf(context, item, caseSensitive);
            if (key is null || !Equality.Of(context, key, next))
            {
                members = [];
                groups.Add(new TupleValue([path.Of(context, item), new ListValue(members)], isGroup: true));
            }

            members.Add(item);
            key = next;
        }

        return new ListValue(groups);
    }

    /// <summary>Rows of <paramref name="size"/> items; the last one is filled up when there is something to fill it with.</summary>
    public static IEnumerable<object> Batches(RenderContext context, object source, long size, object? filling)
    {
        var row = new List<object>();
        foreach (var item in Iteration.Over(context, source))
        {
            if (row.Count == size)
            {
                yield return new ListValue(row);
                row = [];
            }

            row.Add(item);
        }

        if (row.Count == 0)
        {
            yield break;
        }

        if (filling is not null && row.Count < size)
        {
            context.Steps(size - row.Count);
            row.AddRange(Enumerable.Repeat(filling, (int)size - row.Count));
        }

        yield return new ListValue(row);
    }

    /// <summary>A given number of columns, as equal as can be; the earlier ones are longer.</summary>
    public static IEnumerable<object> Slices(RenderContext context, object source, long count, object? filling)
    {
        var items = Iteration.ToList(context, source);
        if (count == 0)
        {
            throw new TemplateFailure("integer division or modulo by zero");
        }

        var start = 0;
        for (long i = 0; i < count; i++)
        {
            context.Step();
            var isLonger = i < items.Count % count;
            var length = (int)(items.Count / count) + (isLonger ? 1 : 0);
            var column = items.GetRange(start, length);
            start += length;
            if (filling is not null && !isLonger)
            {
                column.Add(filling);
            }

            yield return new ListValue(column);
        }
    }
}
