namespace Preble.Core.Text.Jinja;

/// <summary>A chain of comparisons: <c>a &lt; b &lt; c</c> asks both, and evaluates b once.</summary>
internal sealed class CompareExpression(Expression first, (string Symbol, Expression Operand)[] rest) : Expression
{
    protected override object Compute(RenderContext context)
    {
        var left = first.Evaluate(context);
        foreach (var (symbol, operand) in rest)
        {
            var right = operand.Evaluate(context);
            if (!Holds(context, symbol, left, right))
            {
                return Boxes.False;
            }

            left = right;
        }

        return Boxes.True;
    }

    private static bool Holds(RenderContext context, string symbol, object left, object right) => symbol switch
    {
        "==" => Equality.Of(context, left, right),
        "!=" => !Equality.Of(context, left, right),
        "in" => Iteration.Contains(context, right, left),
        "not in" => !Iteration.Contains(context, right, left),
        _ => Ordering.Holds(context, symbol, left, right),
    };
}
