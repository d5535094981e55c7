using System.Globalization;

namespace Preble.Core.Text.Jinja;

/// <summary>The filter <c>round</c>: halves go to the even neighbour, and whole numbers stay whole.</summary>
internal static class Rounding
{
    /// <summary>Beyond this many places a float does not change, or becomes zero.</summary>
    private const long MostPlaces = 400;

    public static object Apply(object value, long precision, string method)
    {
        (value as Undefined)?.Fail();
        precision = Math.Clamp(precision, -MostPlaces, MostPlaces);
        if (method is not ("common" or "ceil" or "floor"))
        {
            throw new TemplateFailure("method must be common, ceil or floor");
        }

        if (!Numbers.TryFloat(value, out var number))
        {
            throw new TemplateFailure($"type {TypeName.Of(value)} doesn't define __round__ method");
        }

        if (method != "common")
        {
            return Directed(number, precision, method == "ceil", precision >= 0 && Numbers.TryWhole(value, out _));
        }

        return Numbers.TryWhole(value, out var whole) ? Boxes.Of(Whole(whole, precision)) : Float(number, precision);
    }

    private static object Directed(double number, long precision, bool up, bool isWhole)
    {
        var scale = Math.Pow(10, precision);
        var scaled = number * scale;
        var rounded = up ? Math.Ceiling(scaled) : Math.Floor(scaled);
        return isWhole && precision == 0 ? number : rounded / scale;
    }

    private static double Float(double number, long precision)
    {
        if (!double.IsFinite(number) || precision > 22)
        {
            return number;
        }

        // Rounding the exact decimal digits, and not number * 10^precision, is what makes 2.675 round to 2.67.
        if (precision >= 0)
        {
            return double.Parse(number.ToString("F" + precision, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        var scale = Math.Pow(10, -precision);
        return double.IsInfinity(scale) ? 0 : Math.Round(number / scale, MidpointRounding.ToEven) * scale;
    }

    private static long Whole(long value, long precision)
    {
        if (precision >= 0)
        {
            return value;
        }

        if (precision < -18)
        {
            return 0;
        }

        var scale = (Int128)Math.Pow(10, -precision);
        var (quotient, rest) = Int128.DivRem(value, scale);
        var twice = Int128.Abs(rest) * 2;
        var away = twice > scale || (twice == scale && Int128.Abs(quotient) % 2 == 1);
        var rounded = (quotient + (away ? Int128.Sign(value) : 0)) * scale;
        return rounded >= long.MinValue && rounded <= long.MaxValue ? (long)rounded : throw Numbers.TooLarge();
    }
}
