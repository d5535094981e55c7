namespace Preble.Core.Text.Jinja;

internal sealed class ConstantExpression(object value) : Expression
{
    public object Value => value;

    protected override object Compute(RenderContext context) => value;
}

internal sealed class ListExpression(Expression[] items) : Expression
{
    protected override object Compute(RenderContext context) => new ListValue([.. items.Select(item => item.Evaluate(context))]);
}

internal sealed class TupleExpression(Expression[] items) : Expression
{
    public Expression[] Items => items;

    protected override object Compute(RenderContext context) => new TupleValue(Array.ConvertAll(items, item => item.Evaluate(context)));
}

internal sealed class DictExpression((Expression Key, Expression Value)[] pairs) : Expression
{
    protected override object Compute(RenderContext context)
    {
        var dict = new DictValue(context);
        foreach (var (key, value) in pairs)
        {
            dict.Items[key.Evaluate(context)] = value.Evaluate(context);
        }

        return dict;
    }
}
