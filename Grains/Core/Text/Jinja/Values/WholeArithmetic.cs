namespace Preble.Core.Text.Jinja;

/// <summary>Arithmetic of whole numbers: division rounds down, and the remainder has the divisor's sign.</summary>
internal static class WholeArithmetic
{
    public static object Apply(string symbol, long left, long right) => symbol switch
    {
        "+" => Boxes.Of(checked(left + right)),
        "-" => Boxes.Of(checked(left - right)),
        "*" => Boxes.Of(checked(left * right)),
        "/" => right == 0 ? throw new TemplateFailure("division by zero") : (double)left / right,
        "//" => Boxes.Of(FloorDivide(left, right)),
        "%" => Boxes.Of(Modulo(left, right)),
        _ => Power(left, right),
    };

    public static long Modulo(long left, long right)
    {
        if (right is 0 or -1)
        {
            return right == 0 ? throw new TemplateFailure("integer modulo by zero") : 0;
        }

        var rest = left % right;
        return rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest;
    }

    private static long FloorDivide(long left, long right)
    {
        if (right == 0)
        {
            throw new TemplateFailure("integer division or modulo by zero");
        }

        // The quotient of the smallest number by -1 is caught here, and not by the processor.
        var quotient = right == -1 ? checked(-left) : left / right;
        return left % (right == -1 ? 1 : right) != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient;
    }

    private static object Power(long value, long exponent)
    {
        if (exponent < 0)
        {
            return value == 0 ? throw new TemplateFailure("0.0 cannot be raised to a negative power") : Math.Pow(value, exponent);
        }

        var result = 1L;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1)
            {
                result = checked(result * value);
            }

            // 1 and -1 and 0 stay small however often they are squared; all others overflow within six rounds.
            value = exponent > 1 ? checked(value * value) : value;
        }

        return Boxes.Of(result);
    }
}
