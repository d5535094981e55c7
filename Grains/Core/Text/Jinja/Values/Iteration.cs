namespace Preble.Core.Text.Jinja;

/// <summary>Python's iteration, length and membership. Every item taken costs a step.</summary>
internal static class Iteration
{
    public static bool IsIterable(object value) =>
        value is string or SafeText or ISequenceValue or DictValue or DictView or GeneratorValue or Undefined or LoopValue;

    /// <summary>The items of a value, or a failure at once when it has none.</summary>
    public static IEnumerable<object> Over(RenderContext context, object value) => Counted(context, SafeText.Plain(value) switch
    {
        ListValue list => list.Items,
        string text => CodePoints.Each(text),
        TupleValue tuple => tuple.Items,
        DictValue dict => dict.Items.Keys,
        DictView view => view.Items,
        RangeValue range => Enumerable.Range(0, range.Count).Select(i => range[i]),
        GeneratorValue generator => generator.Rest(),
        LoopValue loop => loop.Rest(),
        Undefined => [],
        _ => throw new TemplateFailure($"'{TypeName.Of(value)}' object is not iterable"),
    });

    public static List<object> ToList(RenderContext context, object value) => [.. Over(context, value)];

    /// <summary>The number of items; null when the value has no length.</summary>
    public static int? Count(object value) => SafeText.Plain(value) switch
    {
        string text => CodePoints.Count(text),
        ISequenceValue sequence => sequence.Count,
        DictValue dict => dict.Count,
        DictView view => view.Count,
        LoopValue loop => loop.Length,
        Undefined => 0,
        _ => null,
    };

    public static int Length(RenderContext context, object value)
    {
        context.ChargeScan(value is string text ? text.Length : 0);
        return Count(value) ?? throw new TemplateFailure($"object of type '{TypeName.Of(value)}' has no len()");
    }

    public static bool Contains(RenderContext context, object container, object item)
    {
        item = SafeText.Plain(item);
        switch (SafeText.Plain(container))
        {
            case string text:
                context.ChargeScan(text.Length);
                return item is string part
                    ? text.Contains(part, StringComparison.Ordinal)
                    : throw NotText(item);
            case DictValue dict:
                return dict.Find(item) is not null;
            case var other when IsIterable(other):
                return Over(context, other).Any(candidate => Equality.Of(context, candidate, item));
            default:
                throw new TemplateFailure($"argument of type '{TypeName.Of(container)}' is not iterable");
        }
    }

    private static TemplateFailure NotText(object item) =>
        new($"'in <string>' requires string as left operand, not {TypeName.Of(item)}");

    private static IEnumerable<object> Counted(RenderContext context, IEnumerable<object> items)
    {
        foreach (var item in items)
        {
            context.Step();
            yield return item;
        }
    }
}
