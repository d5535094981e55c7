namespace Preble.Core.Text.Jinja;

/// <summary>How <c>tojson</c> writes, after the arguments of Python's json.dumps. A null indent means one line.</summary>
internal sealed record JsonStyle(bool EnsureAscii, string? Indent, string ItemSeparator, string KeySeparator, bool SortKeys)
{
    public static JsonStyle Of(RenderContext context, BoundArguments arguments, (int Ascii, int Indent, int Separators, int Sort) at)
    {
        var indent = IndentOf(context, arguments.Given(at.Indent));
        var (item, key) = arguments.Given(at.Separators) is { } pair ? SeparatorsOf(pair) : (indent is null ? ", " : ",", ": ");
        return new JsonStyle(arguments.Flag(at.Ascii), indent, item, key, arguments.Flag(at.Sort));
    }

    private static string? IndentOf(RenderContext context, object? indent)
    {
        if (indent is null or string)
        {
            return (string?)indent;
        }

        return Numbers.TryWhole(indent, out var width)
            ? Joining.Repeat(context, " ", Math.Max(0, width))
            : throw new TemplateFailure($"can't multiply sequence by non-int of type '{TypeName.Of(indent)}'");
    }

    private static (string Item, string Key) SeparatorsOf(object pair) => pair switch
    {
        TupleValue { Items: [string item, string key] } => (item, key),
        ListValue { Items: [string item, string key] } => (item, key),
        _ => throw new TemplateFailure("separators must be a pair of strings"),
    };
}
