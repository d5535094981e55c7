namespace Preble.Core.Text.Jinja;

/// <summary>Python's operators <c>+ - * / // % **</c>. Whole numbers end at 64 bits; beyond is a failure, not a wrong number.</summary>
internal static class Arithmetic
{
    public static object Apply(RenderContext context, string symbol, object left, object right)
    {
        if (symbol == "+" && left is string a && right is string b)
        {
            return Joining.Concat(context, a, b);
        }

        if (symbol == "+" && left is string or SafeText && right is string or SafeText)
        {
            return SafeText.Add(context, left, right);
        }

        (left, right) = (SafeText.Plain(left), SafeText.Plain(right));

        // Formatting takes an undefined value as nothing; every other operation fails on it.
        if (symbol == "%" && left is string format)
        {
            return PercentFormat.Apply(context, format, right);
        }

        (left as Undefined)?.Fail();
        (right as Undefined)?.Fail();
        try
        {
            return OnNumbers(symbol, left, right) ?? OnSequences(context, symbol, left, right);
        }
        catch (OverflowException)
        {
            throw Numbers.TooLarge();
        }
    }

    public static object Negate(object value)
    {
        (value as Undefined)?.Fail();
        if (Numbers.TryWhole(value, out var whole))
        {
            return whole == long.MinValue ? throw Numbers.TooLarge() : Boxes.Of(-whole);
        }

        return value is double number ? -number : throw new TemplateFailure($"bad operand type for unary -: '{TypeName.Of(value)}'");
    }

    public static object Plus(object value)
    {
        (value as Undefined)?.Fail();
        if (Numbers.TryWhole(value, out var whole))
        {
            return Boxes.Of(whole);
        }

        return value is double ? value : throw new TemplateFailure($"bad operand type for unary +: '{TypeName.Of(value)}'");
    }

    private static object? OnNumbers(string symbol, object left, object right)
    {
        if (Numbers.TryWhole(left, out var a) && Numbers.TryWhole(right, out var b))
        {
            return WholeArithmetic.Apply(symbol, a, b);
        }

        return Numbers.TryFloat(left, out var x) && Numbers.TryFloat(right, out var y) ? FloatArithmetic.Apply(symbol, x, y) : null;
    }

    private static object OnSequences(RenderContext context, string symbol, object left, object right) => (symbol, left, right) switch
    {
        ("+", ListValue a, ListValue b) => new ListValue(Joining.Items(context, a, b)),
        ("+", TupleValue a, TupleValue b) => new TupleValue([.. Joining.Items(context, a, b)]),
        ("+", string or ListValue or TupleValue, _) => throw new TemplateFailure(
            $"can only concatenate {TypeName.Of(left)} (not \"{TypeName.Of(right)}\") to {TypeName.Of(left)}"),
        ("*", string or ListValue or TupleValue, _) when Numbers.TryWhole(right, out var times) => Joining.Repeat(context, left, times),
        ("*", _, string or ListValue or TupleValue) when Numbers.TryWhole(left, out var times) => Joining.Repeat(context, right, times),
        ("*", string or ListValue or TupleValue, _) => throw new TemplateFailure(
            $"can't multiply sequence by non-int of type '{TypeName.Of(right)}'"),
        _ => throw new TemplateFailure($"unsupported operand type(s) for {(symbol == "**" ? "** or pow()" : symbol)}: "
            + $"'{TypeName.Of(left)}' and '{TypeName.Of(right)}'"),
    };
}
