using System.Globalization;

namespace Preble.Core.Text.Jinja;

/// <summary>Reads a whole or floating number: decimal, 0x, 0o, 0b, with underscores between digits.</summary>
internal static class NumberLiteral
{
    public static Token Read(string source, ref int position, int line)
    {
        var start = position;
        var radix = RadixAt(source, position);
        if (radix != 10)
        {
            position += 2;
            return Whole(Digits(source, ref position, radix), radix, line);
        }

        var digits = Digits(source, ref position, 10);

        // After a dot, as in 'x.0.1', a number is an index and never a fraction.
        var mayBeFraction = start == 0 || source[start - 1] != '.';
        return mayBeFraction && Fraction(source, ref position) is { } rest
            ? new Token(TokenKind.Number, digits + rest, line, double.Parse(digits + rest, CultureInfo.InvariantCulture))
            : Whole(digits, 10, line);
    }

    private static int RadixAt(string source, int position)
    {
        if (source[position] != '0' || position + 2 >= source.Length)
        {
            return 10;
        }

        var radix = char.ToLowerInvariant(source[position + 1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 };
        return IsDigit(source[position + 2], radix) ? radix : 10;
    }

    private static Token Whole(string digits, int radix, int line)
    {
        var value = 0L;
        foreach (var digit in digits)
        {
            var (high, low) = (Math.BigMul(value, radix, out var product), product + Convert.ToInt64(digit.ToString(), 16));
            if (high != 0 || product < 0 || low < 0)
            {
                throw new TemplateFailure($"line {line}: the number {digits} does not fit 64 bits");
            }

            value = low;
        }

        return new Token(TokenKind.Number, digits, line, value);
    }

    /// <summary>A fraction or an exponent or both; null when there is neither.</summary>
    private static string? Fraction(string source, ref int position)
    {
        var at = position;
        var text = string.Empty;
        if (at + 1 < source.Length && source[at] == '.' && char.IsAsciiDigit(source[at + 1]))
        {
            at++;
            text = "." + Digits(source, ref at, 10);
        }

        if (at < source.Length && source[at] is 'e' or 'E')
        {
            var sign = at + 1 < source.Length && source[at + 1] is '+' or '-' ? source[at + 1].ToString() : string.Empty;
            var exponent = at + 1 + sign.Length;
            if (exponent < source.Length && char.IsAsciiDigit(source[exponent]))
            {
                at = exponent;
                text += "e" + sign + Digits(source, ref at, 10);
            }
        }

        position = text.Length == 0 ? position : at;
        return text.Length == 0 ? null : text;
    }

    private static string Digits(string source, ref int position, int radix)
    {
        var start = position;
        while (position < source.Length
            && (IsDigit(source[position], radix)
                || (source[position] == '_' && position + 1 < source.Length && IsDigit(source[position + 1], radix))))
        {
            position++;
        }

        return source[start..position].Replace("_", string.Empty, StringComparison.Ordinal);
    }

    private static bool IsDigit(char character, int radix) =>
        char.IsAsciiHexDigit(character) && Convert.ToInt32(character.ToString(), 16) < radix;
}
