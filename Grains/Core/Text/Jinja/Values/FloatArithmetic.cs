namespace Preble.Core.Text.Jinja;

/// <summary>Arithmetic of floats: as in Python, division by zero fails and the remainder has the divisor's sign.</summary>
internal static class FloatArithmetic
{
    public static object Apply(string symbol, double left, double right) => symbol switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / NotZero(right, "float division by zero"),
        "//" => Math.Floor(left / NotZero(right, "float floor division by zero")),
        "%" => Modulo(left, NotZero(right, "float modulo")),
        _ => Power(left, right),
    };

    private static double Modulo(double left, double right)
    {
        var rest = left % right;
        return rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest;
    }

    private static double Power(double value, double exponent)
    {
        if (value == 0 && exponent < 0)
        {
            throw new TemplateFailure("0.0 cannot be raised to a negative power");
        }

        var result = Math.Pow(value, exponent);
        return double.IsNaN(result) && !double.IsNaN(value) && !double.IsNaN(exponent)
            ? throw new TemplateFailure("a negative number to a fractional power is complex")
            : result;
    }

    private static double NotZero(double divisor, string message) => divisor == 0 ? throw new TemplateFailure(message) : divisor;
}
