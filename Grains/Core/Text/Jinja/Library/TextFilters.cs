using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Filters that take anything as text.</summary>
internal static class TextFilters
{
    public static readonly Builtin[] All =
    [
        Text("upper()", (_, text, _) => Letters.Upper(text)),
        Text("lower()", (_, text, _) => Letters.Lower(text)),
        Text("title()", (_, text, _) => Letters.TitleWords(text)),
        Text("capitalize()", (_, text, _) => Letters.Capitalize(text)),
        Text("trim(chars?)", (_, text, a) => Stripping.Both(text, a.Given(0) is null ? null : a.Text(0))),
        Text("replace(old, new, count?)", (c, text, a) => Searching.Replace(
            c, text, (Repr.Str(c, a.Required(0)), Repr.Str(c, a.Required(1))), a.WholeOr(2, -1))),
        Text("indent(width?, first?, blank?)", Indent),
        Text("center(width?)", (c, text, a) => Padding.Center(c, text, a.WholeOr(0, 80), " ")),
        Text("truncate(length?, killwords?, end?, leeway?)", Truncate),
        Text("wordcount()", (_, text, _) => Boxes.Of(CountWords(text))),
        Text("escape()", (c, text, _) => new SafeText(SafeText.Escape(c, text))),
        Text("e()", (c, text, _) => new SafeText(SafeText.Escape(c, text))),
        Text("forceescape()", (c, text, _) => new SafeText(SafeText.Escape(c, text))),
        Text("urlencode()", (c, text, _) => UrlEncode(c, text)),
        Text("format(*)", (c, text, a) => PercentFormat.Apply(c, text, FormatValues(c, a.All))),
    ];

    private static Builtin Text(string declaration, Func<RenderContext, string, BoundArguments, object> body) =>
        new(declaration, (c, self, a) =>
        {
            var text = Repr.Str(c, self);
            c.Charge(text.Length);
            return body(c, text, a);
        });

    private static string Indent(RenderContext context, string text, BoundArguments arguments)
    {
        var prefix = arguments.Given(0) as string ?? Joining.Repeat(context, " ", arguments.WholeOr(0, 4));
        var (indentsFirst, indentsBlank) = (arguments.Flag(1), arguments.Flag(2));
        var result = new StringBuilder(text.Length + prefix.Length);
        var isFirst = true;
        foreach (var line in Splitting.Lines(context, text + "\n", keepEnds: false))
        {
            context.Charge(prefix.Length);
            result.Append(isFirst ? string.Empty : "\n");
            var indents = isFirst ? indentsFirst : line.Length > 0 || indentsBlank;
            result.Append(indents ? prefix : string.Empty).Append(line);
            isFirst = false;
        }

        return result.ToString();
    }

    private static string Truncate(RenderContext context, string text, BoundArguments arguments)
    {
        var (length, end, leeway) = (arguments.WholeOr(0, 255), arguments.TextOr(2, "..."), arguments.WholeOr(3, 5));
        if (length < end.Length || leeway < 0)
        {
            throw new TemplateFailure($"expected length >= {end.Length} and leeway >= 0, got {length} and {leeway}");
        }

        var count = CodePoints.Count(text);
        if (count - leeway <= length)
        {
            return text;
        }

        var kept = text[..CodePoints.Position(text, (int)length - CodePoints.Count(end))];
        var space = kept.LastIndexOf(' ');
        return (arguments.Flag(1) || space < 0 ? kept : kept[..space]) + end;
    }

    private static int CountWords(string text)
    {
        var words = 0;
        var inWord = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var isWord = Rune.IsLetterOrDigit(rune) || rune.Value == '_';
            words += isWord && !inWord ? 1 : 0;
            inWord = isWord;
        }

        return words;
    }

    private static string UrlEncode(RenderContext context, string text)
    {
        context.Charge(text.Length * 9L);
        return Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal);
    }

    private static object FormatValues(RenderContext context, Arguments arguments)
    {
        if (arguments.Named.Length == 0)
        {
            return new TupleValue(arguments.Positional);
        }

        if (arguments.Positional.Length > 0)
        {
            throw new TemplateFailure("can't handle positional and keyword arguments at the same time");
        }

        var named = new DictValue(context);
        Array.ForEach(arguments.Named, pair => named.Items[pair.Key] = pair.Value);
        return named;
    }
}
