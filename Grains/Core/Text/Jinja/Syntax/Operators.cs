using System.Text;

namespace Preble.Core.Text.Jinja;

internal sealed class NotExpression(Expression operand) : Expression
{
    protected override object Compute(RenderContext context) => Boxes.Of(!Truth.Of(operand.Evaluate(context)));
}

internal sealed class SignExpression(Expression operand, bool negates) : Expression
{
    protected override object Compute(RenderContext context) =>
        negates ? Arithmetic.Negate(operand.Evaluate(context)) : Arithmetic.Plus(operand.Evaluate(context));
}

/// <summary><c>and</c> and <c>or</c>: the value is that of the operand that decides.</summary>
internal sealed class LogicExpression(Expression left, Expression right, bool stopsAt) : Expression
{
    protected override object Compute(RenderContext context)
    {
        var value = left.Evaluate(context);
        return Truth.Of(value) == stopsAt ? value : right.Evaluate(context);
    }
}

/// <summary><c>value if condition else otherwise</c>; without else it may be undefined.</summary>
internal sealed class ConditionalExpression(Expression condition, Expression value, Expression? otherwise, int line) : Expression
{
    protected override object Compute(RenderContext context) => Truth.Of(condition.Evaluate(context))
        ? value.Evaluate(context)
        : otherwise?.Evaluate(context)
            ?? new Undefined($"the inline if-expression on line {line} evaluated to false and no else section was defined.");
}

internal sealed class ArithmeticExpression(string symbol, Expression left, Expression right) : Expression
{
    protected override object Compute(RenderContext context) =>
        Arithmetic.Apply(context, symbol, left.Evaluate(context), right.Evaluate(context));
}

/// <summary><c>a + b + c …</c>, with the texts among them put together once and not pairwise.</summary>
internal sealed class SumExpression(Expression[] operands) : Expression
{
    protected override object Compute(RenderContext context)
    {
        var sum = operands[0].Evaluate(context);
        for (var i = 1; i < operands.Length; i++)
        {
            var next = operands[i].Evaluate(context);
            sum = sum is string first && next is string second
                ? AddTexts(context, first, second, ref i)
                : Arithmetic.Apply(context, "+", sum, next);
        }

        return sum;
    }

    /// <summary>
    /// Goes on as long as texts follow; what ends the run is added by the ordinary rule, so errors come in the usual order.
    /// </summary>
    private object AddTexts(RenderContext context, string first, string second, ref int i)
    {
        if (i == operands.Length - 1)
        {
            return Joining.Concat(context, first, second);
        }

        var text = new StringBuilder(first).Append(second);
        while (++i < operands.Length)
        {
            var next = operands[i].Evaluate(context);
            if (next is not string more)
            {
                context.Charge(text.Length);
                return Arithmetic.Apply(context, "+", text.ToString(), next);
            }

            context.Charge(more.Length);
            text.Append(more);
        }

        context.Charge(text.Length);
        return text.ToString();
    }
}

/// <summary><c>a ~ b ~ c</c>: the printed forms, put together.</summary>
internal sealed class ConcatExpression(Expression[] operands) : Expression
{
    protected override object Compute(RenderContext context)
    {
        var texts = Array.ConvertAll(operands, operand => Repr.Str(context, operand.Evaluate(context)));
        context.Charge(texts.Sum(text => (long)text.Length));
        return string.Concat(texts);
    }
}
