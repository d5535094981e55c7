namespace Preble.Core.Text.Jinja;

/// <summary>Text outside of tags.</summary>
internal sealed class TextStatement(string text, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        context.Write(text);
        return Flow.Next;
    }
}

/// <summary><c>{{ value }}</c>.</summary>
internal sealed class PrintStatement(Expression value, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        context.Write(Repr.Str(context, value.Evaluate(context)));
        return Flow.Next;
    }
}

/// <summary><c>{% generation %}</c>: marks what a model said, for training. Here it only opens a scope.</summary>
internal sealed class GenerationStatement(Statement body, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        context.Write(context.Capture(body, new Scope(context.Scope)));
        return Flow.Next;
    }
}

/// <summary><c>{% filter name %} … {% endfilter %}</c>.</summary>
internal sealed class FilterStatement(FilterExpression filter, Statement body, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        var text = context.Capture(body, new Scope(context.Scope));
        context.Write(Repr.Str(context, filter.ApplyTo(context, text)));
        return Flow.Next;
    }
}
