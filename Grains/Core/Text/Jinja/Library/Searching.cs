using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Finding, counting and replacing parts of a string; positions count code points.</summary>
internal static class Searching
{
    /// <summary>startswith and endswith: one text, or a tuple of which any may fit.</summary>
    public static bool Meets(string text, BoundArguments arguments, bool atStart)
    {
        var (part, _, isInside) = Window(text, arguments);
        return isInside && arguments.Required(0) switch
        {
            string one => Fits(part, one, atStart),
            TupleValue any => any.Items.Any(item => Fits(part, item as string ?? throw NotText(item, atStart), atStart)),
            var other => throw NotText(other, atStart),
        };
    }

    /// <summary>The position of a part, or -1.</summary>
    public static int Find(string text, BoundArguments arguments, bool fromRight)
    {
        var (part, offset, isInside) = Window(text, arguments);
        var wanted = arguments.Text(0);
        var at = fromRight ? part.LastIndexOf(wanted, StringComparison.Ordinal) : part.IndexOf(wanted, StringComparison.Ordinal);
        return at < 0 || !isInside ? -1 : offset + CodePoints.Count(part[..at]);
    }

    public static int Index(string text, BoundArguments arguments, bool fromRight) =>
        Find(text, arguments, fromRight) is >= 0 and var index ? index : throw new TemplateFailure("substring not found");

    public static int Count(string text, BoundArguments arguments)
    {
        var (part, _, isInside) = Window(text, arguments);
        var wanted = arguments.Text(0);
        if (wanted.Length == 0)
        {
            return isInside ? CodePoints.Count(part) + 1 : 0;
        }

        return part.AsSpan().Count(wanted);
    }

    public static string Replace(RenderContext context, string text, (string Old, string New) pair, long count)
    {
        var most = count < 0 ? long.MaxValue : count;
        var result = new StringBuilder(text.Length);
        var start = 0;
        for (long done = 0; done < most && Next(text, pair.Old, start, isFirst: done == 0) is >= 0 and var at; done++)
        {
            context.Step();
            context.Charge(pair.New.Length);
            result.Append(text, start, at - start).Append(pair.New);
            start = at + pair.Old.Length;
            if (pair.Old.Length == 0 && at == text.Length)
            {
                return result.ToString();
            }
        }

        context.Charge(text.Length);
        return result.Append(text, start, text.Length - start).ToString();
    }

    /// <summary>An empty old text is found before the first character and after each one.</summary>
    private static int Next(string text, string old, int start, bool isFirst)
    {
        if (old.Length > 0)
        {
            return text.IndexOf(old, start, StringComparison.Ordinal);
        }

        if (isFirst)
        {
            return 0;
        }

        return start < text.Length ? start + CodePoints.Width(text, start) : -1;
    }

    private static bool Fits(string text, string part, bool atStart) =>
        atStart ? text.StartsWith(part, StringComparison.Ordinal) : text.EndsWith(part, StringComparison.Ordinal);

    /// <summary>
    /// The part between the arguments start and end, and where it begins. A start beyond the end is outside: not even '' is found
    /// there.
    /// </summary>
    private static (string Text, int Offset, bool IsInside) Window(string text, BoundArguments arguments)
    {
        if (arguments.Given(1) is null && arguments.Given(2) is null)
        {
            return (text, 0, true);
        }

        var count = CodePoints.Count(text);
        var start = arguments.WholeOr(1, 0);
        var range = SliceRange.Of(count, start, arguments.Given(2) is null ? null : arguments.Whole(2), null);
        return (CodePoints.Slice(text, range), range.Start, start <= count);
    }

    private static TemplateFailure NotText(object value, bool atStart) => new(
        $"{(atStart ? "startswith" : "endswith")} first arg must be str or a tuple of str, not {TypeName.Of(value)}");
}
