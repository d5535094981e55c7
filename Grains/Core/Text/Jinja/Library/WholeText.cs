namespace Preble.Core.Text.Jinja;

/// <summary>Reads a whole number from text as Python's <c>int(text, base)</c> does.</summary>
internal static class WholeText
{
    /// <summary>Null when the text is no number, or none that fits 64 bits.</summary>
    public static long? Parse(string text, long radix)
    {
        if (radix != 0 && radix is < 2 or > 36)
        {
            return null;
        }

        var digits = text.Trim();
        var isNegative = digits.StartsWith('-');
        digits = digits is ['-' or '+', ..] ? digits[1..] : digits;
        var prefix = digits is ['0', var letter, ..] ? char.ToLowerInvariant(letter) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 } : 0;
        if (prefix != 0 && (radix == 0 || radix == prefix))
        {
            (digits, radix) = (digits[2..], prefix);
        }

        return Read(WithoutUnderscores(digits), radix == 0 ? 10 : radix, isNegative);
    }

    /// <summary>Underscores are allowed between digits only; elsewhere they stay, and spoil the number.</summary>
    public static string WithoutUnderscores(string digits) =>
        digits.StartsWith('_') || digits.EndsWith('_') || digits.Contains("__", StringComparison.Ordinal)
            ? digits
            : digits.Replace("_", string.Empty, StringComparison.Ordinal);

    private static long? Read(string digits, long radix, bool isNegative)
    {
        Int128 value = 0;
        foreach (var character in digits)
        {
            var digit = char.IsAsciiDigit(character) ? character - '0' : char.IsAsciiLetter(character) ? (character | 0x20) - 'a' + 10 : 99;
            value = (value * radix) + digit;
            if (digit >= radix || value > (Int128)long.MaxValue + 1)
            {
                return null;
            }
        }

        var signed = isNegative ? -value : value;
        return digits.Length > 0 && signed <= long.MaxValue ? (long)signed : null;
    }
}
