using System.Globalization;
using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Replaces the escapes of a quoted string as Python does.</summary>
internal static class StringLiteral
{
    public static string Unescape(string literal, int line)
    {
        if (!literal.Contains('\\', StringComparison.Ordinal))
        {
            return literal;
        }

        var text = new StringBuilder(literal.Length);
        for (var i = 0; i < literal.Length; i++)
        {
            if (literal[i] == '\\' && i + 1 < literal.Length)
            {
                i = AppendEscape(literal, i + 1, text, line);
            }
            else
            {
                text.Append(literal[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// Appends what the escape letter at <paramref name="at"/> stands for, and returns the position of the escape's last character.
    /// </summary>
    private static int AppendEscape(string literal, int at, StringBuilder text, int line)
    {
        switch (literal[at])
        {
            case '\n':
                return at;
            case '\\' or '\'' or '"':
                text.Append(literal[at]);
                return at;
            case >= '0' and <= '7':
                return AppendOctal(literal, at, text);
            case 'x':
                return AppendCode(literal, at, 2, text, line);
            case 'u':
                return AppendCode(literal, at, 4, text, line);
            case 'U':
                return AppendCode(literal, at, 8, text, line);
            default:
                AppendLetter(literal[at], text);
                return at;
        }
    }

    private static void AppendLetter(char letter, StringBuilder text)
    {
        const string letters = "abfnrtv";
        const string meanings = "\a\b\f\n\r\t\v";
        var index = letters.IndexOf(letter, StringComparison.Ordinal);
        if (index >= 0)
        {
            text.Append(meanings[index]);
        }
        else
        {
            // An unknown escape keeps its backslash.
            text.Append('\\').Append(letter);
        }
    }

    private static int AppendOctal(string literal, int at, StringBuilder text)
    {
        var value = 0;
        var end = at;
        for (; end < literal.Length && end < at + 3 && literal[end] is >= '0' and <= '7'; end++)
        {
            value = (value * 8) + (literal[end] - '0');
        }

        text.Append((char)value);
        return end - 1;
    }

    private static int AppendCode(string literal, int at, int digits, StringBuilder text, int line)
    {
        if (at + digits >= literal.Length
            || !uint.TryParse(literal.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || code > 0x10FFFF)
        {
            throw new TemplateFailure($"line {line}: '\\{literal[at]}' in a string needs {digits} hexadecimal digits");
        }

        if (code > 0xFFFF)
        {
            text.Append(char.ConvertFromUtf32((int)code));
        }
        else
        {
            text.Append((char)code);
        }

        return at + digits;
    }
}
