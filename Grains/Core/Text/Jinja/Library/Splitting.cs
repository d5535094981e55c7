namespace Preble.Core.Text.Jinja;

/// <summary>Python's split, rsplit, splitlines and partition. A null separator is any run of whitespace.</summary>
internal static class Splitting
{
    public static ListValue Split(RenderContext context, string text, string? separator, long most)
    {
        var parts = new List<object>();
        var start = separator is null ? Whitespace.Skip(text, 0) : 0;
        while (most < 0 || parts.Count < most)
        {
            var (end, next) = separator is null ? NextBlank(text, start) : NextSeparator(text, separator, start);
            if (end < 0)
            {
                break;
            }

            Add(context, parts, text[start..end]);
            start = next;
        }

        // Whitespace at the end separates nothing from nothing; any other separator leaves an empty last part.
        if (separator is not null || start < text.Length)
        {
            Add(context, parts, text[start..]);
        }

        return new ListValue(parts);
    }

    public static ListValue SplitRight(RenderContext context, string text, string? separator, long most)
    {
        if (most < 0)
        {
            return Split(context, text, separator, most);
        }

        var parts = new List<object>();
        var end = separator is null ? Whitespace.TrimEnd(text, 0, text.Length) : text.Length;
        while (parts.Count < most)
        {
            var (start, next) = separator is null ? PreviousBlank(text, end) : PreviousSeparator(text, separator, end);
            if (start < 0)
            {
                break;
            }

            Add(context, parts, text[start..end]);
            end = next;
        }

        if (separator is not null || end > 0)
        {
            Add(context, parts, text[..end]);
        }

        parts.Reverse();
        return new ListValue(parts);
    }

    public static List<string> Lines(RenderContext context, string text, bool keepEnds)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            context.Step();
            var found = text.AsSpan(start).IndexOfAny("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029");
            var end = found < 0 ? text.Length : start + found;
            var next = found < 0 ? end : end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1);
            context.Charge(next - start);
            lines.Add(text[start..(keepEnds ? next : end)]);
            start = next;
        }

        return lines;
    }

    public static TupleValue Partition(string text, string separator, bool fromRight)
    {
        if (separator.Length == 0)
        {
            throw new TemplateFailure("empty separator");
        }

        var at = fromRight ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        if (at < 0)
        {
            return new TupleValue(fromRight ? [string.Empty, string.Empty, text] : [text, string.Empty, string.Empty]);
        }

        return new TupleValue([text[..at], separator, text[(at + separator.Length)..]]);
    }

    private static void Add(RenderContext context, List<object> parts, string part)
    {
        context.Step();
        context.Charge(part.Length);
        parts.Add(part);
    }

    private static (int End, int Next) NextSeparator(string text, string separator, int start)
    {
        RequireSeparator(separator);
        var end = text.IndexOf(separator, start, StringComparison.Ordinal);
        return (end, end + separator.Length);
    }

    private static (int End, int Next) NextBlank(string text, int start)
    {
        var end = start;
        while (end < text.Length && !Whitespace.Is(text[end]))
        {
            end++;
        }

        return (end == start ? -1 : end, Whitespace.Skip(text, end));
    }

    private static (int Start, int Next) PreviousSeparator(string text, string separator, int end)
    {
        RequireSeparator(separator);
        var at = text.AsSpan(0, end).LastIndexOf(separator, StringComparison.Ordinal);
        return (at < 0 ? -1 : at + separator.Length, at);
    }

    private static (int Start, int Next) PreviousBlank(string text, int end)
    {
        var start = end;
        while (start > 0 && !Whitespace.Is(text[start - 1]))
        {
            start--;
        }

        return (start == end ? -1 : start, Whitespace.TrimEnd(text, 0, start));
    }

    private static void RequireSeparator(string separator)
    {
        if (separator.Length == 0)
        {
            throw new TemplateFailure("empty separator");
        }
    }
}
