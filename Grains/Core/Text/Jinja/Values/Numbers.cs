namespace Preble.Core.Text.Jinja;

/// <summary>Numbers as Python mixes them: a bool is a whole number, whole numbers and floats compare by value.</summary>
internal static class Numbers
{
    public static bool IsNumber(object value) => value is long or double or bool;

    /// <summary>The value as a whole number, for bool and int.</summary>
    public static bool TryWhole(object value, out long number)
    {
        number = value switch { long whole => whole, bool flag => flag ? 1 : 0, _ => 0 };
        return value is long or bool;
    }

    public static bool TryFloat(object value, out double number)
    {
        number = value switch { double d => d, long whole => whole, bool flag => flag ? 1 : 0, _ => 0 };
        return value is double or long or bool;
    }

    /// <summary>Whether a float has an integer's value, so that both are one dictionary key.</summary>
    public static bool IsWhole(double number, out long whole)
    {
        var fits = number >= -9.2e18 && number <= 9.2e18 && Math.Floor(number) == number;
        whole = fits ? (long)number : 0;
        return fits;
    }

    /// <summary>The order of two numbers: null for NaN. False when one is not a number.</summary>
    public static bool TryCompare(object left, object right, out int? order)
    {
        order = null;
        if (TryWhole(left, out var a) && TryWhole(right, out var b))
        {
            order = a.CompareTo(b);
            return true;
        }

        if (!TryFloat(left, out var x) || !TryFloat(right, out var y))
        {
            return false;
        }

        order = double.IsNaN(x) || double.IsNaN(y) ? null : x.CompareTo(y);
        return true;
    }

    /// <summary>Truncates a float to a whole number, or says why not.</summary>
    public static long Truncate(double number)
    {
        if (double.IsNaN(number) || double.IsInfinity(number))
        {
            throw new TemplateFailure($"cannot convert float {(double.IsNaN(number) ? "NaN" : "infinity")} to integer");
        }

        return Math.Abs(number) < 9.2e18 ? (long)number : throw TooLarge();
    }

    /// <summary>Python's whole numbers have no end; ours end at 64 bits, with this message.</summary>
    public static TemplateFailure TooLarge() => new("a whole number does not fit 64 bits");
}
