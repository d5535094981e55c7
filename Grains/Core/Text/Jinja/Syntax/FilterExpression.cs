namespace Preble.Core.Text.Jinja;

/// <summary>
/// <c>subject | filter(…)</c>. A filter that does not exist fails only where it is reached, for templates may guard it by <c>if</c>.
/// </summary>
internal sealed class FilterExpression(Expression? subject, string name, CallArguments arguments) : Expression
{
    private readonly Builtin? _filter = FilterTable.Find(name);

    /// <summary>Applies the chain of filters to a value that no expression gives: the text of a block.</summary>
    public object ApplyTo(RenderContext context, object value)
    {
        context.Step();
        var inner = subject is FilterExpression before ? before.ApplyTo(context, value) : value;
        return (_filter ?? throw Missing()).Call(context, inner, arguments.Evaluate(context));
    }

    protected override object Compute(RenderContext context)
    {
        var filter = _filter ?? throw Missing();
        return filter.Call(context, subject!.Evaluate(context), arguments.Evaluate(context));
    }

    private TemplateFailure Missing() => new($"No filter named {Repr.OfText(name)} found.");
}

/// <summary><c>subject is test(…)</c>.</summary>
internal sealed class TestExpression(Expression subject, string name, CallArguments arguments) : Expression
{
    private readonly Builtin? _test = TestTable.Find(name);

    protected override object Compute(RenderContext context)
    {
        var test = _test ?? throw new TemplateFailure($"No test named {Repr.OfText(name)} found.");
        return test.Call(context, subject.Evaluate(context), arguments.Evaluate(context));
    }
}
