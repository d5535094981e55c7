namespace Preble.Core.Text.Jinja;

/// <summary>The methods of strings that cut, search and join.</summary>
internal static class TextMethods
{
    public static readonly Builtin[] All =
    [
        Text("split(sep?, maxsplit?)", (c, text, a) => Splitting.Split(c, text, Separator(a, 0), a.WholeOr(1, -1))),
        Text("rsplit(sep?, maxsplit?)", (c, text, a) => Splitting.SplitRight(c, text, Separator(a, 0), a.WholeOr(1, -1))),
        Text("splitlines(keepends?)", (c, text, a) => new ListValue([.. Splitting.Lines(c, text, a.Flag(0))])),
        Text("partition(sep)", (_, text, a) => Splitting.Partition(text, a.Text(0), fromRight: false)),
        Text("rpartition(sep)", (_, text, a) => Splitting.Partition(text, a.Text(0), fromRight: true)),
        Text("strip(chars?)", (_, text, a) => Stripping.Both(text, Separator(a, 0))),
        Text("lstrip(chars?)", (_, text, a) => Stripping.Left(text, Separator(a, 0))),
        Text("rstrip(chars?)", (_, text, a) => Stripping.Right(text, Separator(a, 0))),
        Text("removeprefix(prefix)", (_, text, a) =>
            text.StartsWith(a.Text(0), StringComparison.Ordinal) ? text[a.Text(0).Length..] : text),
        Text("removesuffix(suffix)", (_, text, a) => text.EndsWith(a.Text(0), StringComparison.Ordinal) ? text[..^a.Text(0).Length] : text),
        Text("startswith(prefix, start?, end?)", (_, text, a) => Boxes.Of(Searching.Meets(text, a, atStart: true))),
        Text("endswith(suffix, start?, end?)", (_, text, a) => Boxes.Of(Searching.Meets(text, a, atStart: false))),
        Text("find(sub, start?, end?)", (_, text, a) => Boxes.Of(Searching.Find(text, a, fromRight: false))),
        Text("rfind(sub, start?, end?)", (_, text, a) => Boxes.Of(Searching.Find(text, a, fromRight: true))),
        Text("index(sub, start?, end?)", (_, text, a) => Boxes.Of(Searching.Index(text, a, fromRight: false))),
        Text("rindex(sub, start?, end?)", (_, text, a) => Boxes.Of(Searching.Index(text, a, fromRight: true))),
        Text("count(sub, start?, end?)", (_, text, a) => Boxes.Of(Searching.Count(text, a))),
        Text("replace(old, new, count?)", (c, text, a) => Searching.Replace(c, text, (a.Text(0), a.Text(1)), a.WholeOr(2, -1))),
        Text("join(iterable)", (c, text, a) => SequenceFilters.Join(c, text, Iteration.Over(c, a.Required(0)).Select(OnlyText))),
        Text("format(*)", (c, text, a) => BraceFormat.Apply(c, text, a.All)),
    ];

    /// <summary>A method of strings. Each call pays for reading its string once.</summary>
    public static Builtin Text(string declaration, Func<RenderContext, string, BoundArguments, object> body) =>
        new(declaration, (c, self, a) =>
        {
            var text = (string)self;
            c.ChargeScan(text.Length * 2L);
            return body(c, text, a);
        });

    private static string? Separator(BoundArguments arguments, int index) => arguments.Given(index) is null ? null : arguments.Text(index);

    private static object OnlyText(object item, int index) =>
        SafeText.Plain(item) is string text
            ? text
            : throw new TemplateFailure($"sequence item {index}: expected str instance, {TypeName.Of(item)} found");
}
