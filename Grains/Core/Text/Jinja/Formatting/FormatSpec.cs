using System.Globalization;
using System.Text.RegularExpressions;

namespace Preble.Core.Text.Jinja;

/// <summary>Python's format specification, <c>[[fill]align][sign][#][0][width][,][.precision][type]</c>, applied to one value.</summary>
internal sealed partial record FormatSpec(string Fill, char Align, char Sign, bool Hash, long Width, char Comma, long? Precision, char Type)
{
    public static FormatSpec Parse(string text)
    {
        if (text.Length > 64 || Pattern().Match(text) is not { Success: true } match)
        {
            throw new TemplateFailure("Invalid format specifier");
        }

        char Letter(string group) => match.Groups[group].Value is [.., var letter] ? letter : '\0';
        long? Number(string group) => match.Groups[group].Value is { Length: > 0 } digits
            ? long.TryParse(digits, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new TemplateFailure("Too many decimal digits in format string")
            : null;
        var zero = match.Groups["zero"].Success;
        var fill = match.Groups["fill"].Value;
        var align = Letter("align");
        return new FormatSpec(
            fill.Length > 0 ? fill : zero ? "0" : " ",
            align == '\0' && zero ? '=' : align,
            Letter("sign"),
            match.Groups["alt"].Success,
            Number("width") ?? 0,
            Letter("group"),
            Number("precision"),
            Letter("type"));
    }

    public string Apply(RenderContext context, object value) => value switch
    {
        double number => Pad(context, SignOf(number < 0), FloatBody(Math.Abs(number)), '>'),
        bool when Type == '\0' && Width == 0 => Repr.Str(context, value),
        long or bool => Whole(context, Numbers.TryWhole(value, out var whole) ? whole : 0),
        _ => Plain(context, Repr.Str(context, value), value),
    };

    private string Plain(RenderContext context, string text, object value)
    {
        if (Type is not ('\0' or 's'))
        {
            throw new TemplateFailure($"Unknown format code '{Type}' for object of type '{TypeName.Of(value)}'");
        }

        var cut = Precision is { } precision && precision < text.Length ? text[..CodePoints.Position(text, (int)precision)] : text;
        return Pad(context, string.Empty, cut, '<');
    }

    private string Whole(RenderContext context, long value)
    {
        if (Type is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%')
        {
            return Pad(context, SignOf(value < 0), FloatBody(Math.Abs((double)value)), '>');
        }

        var size = value < 0 ? 0UL - (ulong)value : (ulong)value;
        var body = Type switch
        {
            '\0' or 'd' or 'n' => Group(size.ToString(CultureInfo.InvariantCulture)),
            'x' => (Hash ? "0x" : string.Empty) + size.ToString("x", CultureInfo.InvariantCulture),
            'X' => (Hash ? "0X" : string.Empty) + size.ToString("X", CultureInfo.InvariantCulture),
            'b' => (Hash ? "0b" : string.Empty) + size.ToString("b", CultureInfo.InvariantCulture),
            'o' => (Hash ? "0o" : string.Empty) + Convert.ToString((long)size, 8),
            'c' when value is >= 0 and <= 0x10FFFF and not (>= 0xD800 and <= 0xDFFF) => char.ConvertFromUtf32((int)value),
            _ => throw new TemplateFailure($"Unknown format code '{Type}' for object of type 'int'"),
        };
        return Pad(context, SignOf(value < 0), body, '>');
    }

    private string FloatBody(double value) => Type switch
    {
        '\0' when Precision is null => Group(FloatText.Of(value)),
        'e' => FloatText.Of(value, 'e', Precision ?? 6),
        'E' => FloatText.Of(value, 'e', Precision ?? 6).ToUpperInvariant(),
        'f' or 'F' => Group(FloatText.Of(value, 'f', Precision ?? 6)),
        '\0' or 'g' or 'n' => Group(FloatText.Of(value, 'g', Precision ?? 6, Hash)),
        'G' => FloatText.Of(value, 'g', Precision ?? 6, Hash).ToUpperInvariant(),
        '%' => FloatText.Of(value * 100, 'f', Precision ?? 6) + "%",
        _ => throw new TemplateFailure($"Unknown format code '{Type}' for object of type 'float'"),
    };

    private string SignOf(bool negative) => negative ? "-" : Sign is '+' or ' ' ? Sign.ToString() : string.Empty;

    private string Group(string number)
    {
        var point = number.AsSpan().IndexOfAnyExceptInRange('0', '9');
        for (var i = (point < 0 ? number.Length : point) - 3; Comma != '\0' && i > 0; i -= 3)
        {
            number = number.Insert(i, Comma.ToString());
        }

        return number;
    }

    private string Pad(RenderContext context, string sign, string body, char usual)
    {
        var missing = Width - sign.Length - CodePoints.Count(body);
        if (missing <= 0)
        {
            return sign + body;
        }

        var left = (Align == '\0' ? usual : Align) switch { '<' => 0, '^' => missing / 2, _ => missing };
        var before = Joining.Repeat(context, Fill, left);
        var after = Joining.Repeat(context, Fill, missing - left);
        return Align == '=' ? sign + before + body : before + sign + body + after;
    }

    [GeneratedRegex(
        @"^(?:(?<fill>[\s\S])?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alt>\#)?(?<zero>0)?(?<width>[0-9]*)(?<group>[,_])?"
            + @"(?:\.(?<precision>[0-9]+))?(?<type>[a-zA-Z%])?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Pattern();
}
