namespace Preble.Core.Text.Jinja;

/// <summary><c>owner.name</c>.</summary>
internal sealed class AttributeExpression(Expression owner, string name) : Expression
{
    protected override object Compute(RenderContext context) => Access.Attribute(context, owner.Evaluate(context), name);
}

/// <summary><c>owner[key]</c>.</summary>
internal sealed class ItemExpression(Expression owner, Expression key) : Expression
{
    protected override object Compute(RenderContext context) => Access.Item(context, owner.Evaluate(context), key.Evaluate(context));
}

/// <summary><c>owner[start:stop:step]</c>; a bound left out is null.</summary>
internal sealed class SliceExpression(Expression owner, Expression? start, Expression? stop, Expression? step) : Expression
{
    protected override object Compute(RenderContext context) =>
        Access.Slice(context, owner.Evaluate(context), (Bound(context, start), Bound(context, stop), Bound(context, step)));

    private static object Bound(RenderContext context, Expression? bound) => bound?.Evaluate(context) ?? None.Value;
}
