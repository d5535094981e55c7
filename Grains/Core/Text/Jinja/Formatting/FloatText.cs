using System.Globalization;

namespace Preble.Core.Text.Jinja;

/// <summary>Floats as Python writes them, which differs from .NET in exponents and in the '.0' of whole values.</summary>
internal static class FloatText
{
    /// <summary>The largest precision a format may ask for; a float has no more than 1,074 places anyway.</summary>
    private const int LargestPrecision = 1_100;

    /// <summary>The shortest text that reads back as the same float: Python's repr.</summary>
    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return NotFinite(value);
        }

        if (value == 0)
        {
            return double.IsNegative(value) ? "-0.0" : "0.0";
        }

        var (negative, digits, exponent) = Shortest(value);
        var sign = negative ? "-" : string.Empty;
        return exponent is < -4 or >= 16
            ? sign + WithPoint(digits, 1) + Exponent(exponent)
            : sign + Fixed(digits, exponent);
    }

    /// <summary>The formats <c>f</c>, <c>e</c> and <c>g</c> with a given precision.</summary>
    public static string Of(double value, char format, long precision, bool keepsZeros = false)
    {
        if (!double.IsFinite(value))
        {
            return NotFinite(value);
        }

        if (precision > LargestPrecision)
        {
            throw new TemplateFailure($"a precision of {precision} is too large");
        }

        return format switch
        {
            'f' => value.ToString("F" + precision, CultureInfo.InvariantCulture),
            'e' => Scientific(value, (int)precision),
            _ => General(value, (int)Math.Max(1, precision), keepsZeros),
        };
    }

    private static string NotFinite(double value) => double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";

    private static string Scientific(double value, int precision)
    {
        var text = value.ToString("E" + precision, CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        return text[..e] + Exponent(int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    private static string General(double value, int precision, bool keepsZeros)
    {
        var text = value.ToString("E" + (precision - 1), CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var isFixed = exponent >= -4 && exponent < precision;
        var number = isFixed ? value.ToString("F" + (precision - 1 - exponent), CultureInfo.InvariantCulture) : text[..e];
        if (!keepsZeros && number.Contains('.', StringComparison.Ordinal))
        {
            number = number.TrimEnd('0').TrimEnd('.');
        }

        return isFixed ? number : number + Exponent(exponent);
    }

    private static (bool Negative, string Digits, int Exponent) Shortest(double value)
    {
        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var mantissa = shortest.Split('E')[0].Replace(".", string.Empty, StringComparison.Ordinal).TrimStart('-').Trim('0');
        var exponent = int.Parse(
            text.AsSpan(text.IndexOf('E', StringComparison.Ordinal) + 1),
            NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return (value < 0, mantissa, exponent);
    }

    private static string Fixed(string digits, int exponent)
    {
        if (exponent < 0)
        {
            return "0." + new string('0', -exponent - 1) + digits;
        }

        return digits.Length <= exponent + 1 ? digits.PadRight(exponent + 1, '0') + ".0" : WithPoint(digits, exponent + 1);
    }

    private static string WithPoint(string digits, int position) =>
        digits.Length <= position ? digits : digits[..position] + "." + digits[position..];

    private static string Exponent(int exponent) => $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
}
