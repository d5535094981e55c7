namespace Preble.Core.Text.Jinja;

/// <summary>The lazy filters that apply a filter, a test or an attribute to every item.</summary>
internal static class SelectionFilters
{
    public static readonly Builtin[] All =
    [
        new("map(*)", (c, self, a) => new GeneratorValue(c, Map(c, self, a.All))),
        new("select(*)", (c, self, a) => new GeneratorValue(c, Select(c, self, (a.All, HasPath: false), keeps: true))),
        new("reject(*)", (c, self, a) => new GeneratorValue(c, Select(c, self, (a.All, HasPath: false), keeps: false))),
        new("selectattr(*)", (c, self, a) => new GeneratorValue(c, Select(c, self, (a.All, HasPath: true), keeps: true))),
        new("rejectattr(*)", (c, self, a) => new GeneratorValue(c, Select(c, self, (a.All, HasPath: true), keeps: false))),
    ];

    private static IEnumerable<object> Map(RenderContext context, object self, Arguments arguments)
    {
        if (!Truth.Of(self))
        {
            yield break;
        }

        var apply = Mapping(arguments);
        foreach (var item in Iteration.Over(context, self))
        {
            yield return apply(context, item);
        }
    }

    private static Func<RenderContext, object, object> Mapping(Arguments arguments)
    {
        if (arguments.Positional.Length == 0 && arguments.FindNamed("attribute") is { } attribute)
        {
            return new AttributePath(attribute, arguments.FindNamed("default")).Of;
        }

        if (arguments.Positional is not [string name, ..])
        {
            throw new TemplateFailure("map requires a filter argument");
        }

        var filter = FilterTable.Find(name) ?? throw new TemplateFailure($"No filter named {Repr.OfText(name)}.");
        var rest = arguments.Skip(1);
        return (context, item) => filter.Call(context, item, rest);
    }

    private static IEnumerable<object> Select(RenderContext context, object self, (Arguments Arguments, bool HasPath) how, bool keeps)
    {
        if (!Truth.Of(self))
        {
            yield break;
        }

        if (how.HasPath && how.Arguments.Positional.Length == 0)
        {
            throw new TemplateFailure("Missing parameter for attribute name");
        }

        var path = new AttributePath(how.HasPath ? how.Arguments.Positional[0] : null);
        var holds = Condition(how.HasPath ? how.Arguments.Skip(1) : how.Arguments);
        foreach (var item in Iteration.Over(context, self))
        {
            if (holds(context, path.Of(context, item)) == keeps)
            {
                yield return item;
            }
        }
    }

    /// <summary>The test that the arguments name; without one, the truth of the item.</summary>
    private static Func<RenderContext, object, bool> Condition(Arguments arguments)
    {
        if (arguments.Positional.Length == 0)
        {
            return (_, item) => Truth.Of(item);
        }

        var test = (arguments.Positional[0] is string name ? TestTable.Find(name) : null)
            ?? throw new TemplateFailure($"No test named {(arguments.Positional[0] is string unknown ? Repr.OfText(unknown) : "that")}.");
        var rest = arguments.Skip(1);
        return (context, item) => Truth.Of(test.Call(context, item, rest));
    }
}
