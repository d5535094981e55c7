using System.Globalization;
using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Python's <c>"%s" % values</c>.</summary>
internal sealed class PercentFormat(RenderContext context, string format, object values)
{
    private readonly StringBuilder _text = new();
    private int _position;
    private int _next;

    public static string Apply(RenderContext context, string format, object values) => new PercentFormat(context, format, values).Run();

    private string Run()
    {
        context.Charge(format.Length);
        while (_position < format.Length)
        {
            var character = format[_position++];
            if (character == '%')
            {
                AppendField();
            }
            else
            {
                _text.Append(character);
            }
        }

        var leftOver = values is TupleValue tuple ? _next < tuple.Count : _next == 0 && values is not (DictValue or ListValue);
        return leftOver ? throw new TemplateFailure("not all arguments converted during string formatting") : _text.ToString();
    }

    private void AppendField()
    {
        var key = Peek() == '(' ? ReadKey() : null;
        var flags = ReadWhile("-+ #0");
        var width = ReadNumber();
        long? precision = null;
        if (Peek() == '.')
        {
            _position++;
            precision = ReadNumber() ?? 0;
        }

        ReadWhile("hlL");
        var type = _position < format.Length ? format[_position++] : throw new TemplateFailure("incomplete format");
        var text = type == '%'
            ? "%"
            : Convert(key is null ? Next() : Access.Item(context, values, key), type, flags, width ?? 0, precision);
        context.Charge(text.Length);
        _text.Append(text);
    }

    private string Convert(object value, char type, string flags, long width, long? precision)
    {
        value = type is 'r' or 'a' ? value : SafeText.Plain(value);
        var isText = type is 's' or 'r' or 'a' or 'c';
        var fillsZeros = flags.Contains('0', StringComparison.Ordinal) && !isText;
        var align = flags.Contains('-', StringComparison.Ordinal) ? '<' : fillsZeros ? '=' : '>';
        var sign = flags.Contains('+', StringComparison.Ordinal) ? '+' : flags.Contains(' ', StringComparison.Ordinal) ? ' ' : '\0';
        var spec = new FormatSpec(
            align == '=' ? "0" : " ", align, sign, flags.Contains('#', StringComparison.Ordinal), width,
                '\0', precision, isText ? 's' : type);
        return type switch
        {
            's' => spec.Apply(context, Repr.Str(context, value)),
            'r' or 'a' => spec.Apply(context, Repr.Of(context, value)),
            'c' => (spec with { Precision = null }).Apply(context,
                value as string ?? (spec with { Type = 'c', Width = 0 }).Apply(context, value)),
            'd' or 'i' or 'u' => (spec with { Type = 'd', Precision = null }).Apply(context, AsWhole(value, type)),
            'x' or 'X' or 'o' => (spec with { Precision = null }).Apply(context, AsWhole(value, type)),
            'e' or 'E' or 'f' or 'F' or 'g' or 'G' => spec.Apply(context, AsFloat(value)),
            _ => throw new TemplateFailure($"unsupported format character '{type}' (0x{(int)type:x}) at index {_position - 1}"),
        };
    }

    private static object AsWhole(object value, char type) => value switch
    {
        double number when type is 'd' or 'i' or 'u' => Boxes.Of(Numbers.Truncate(number)),
        _ when Numbers.TryWhole(value, out var whole) => Boxes.Of(whole),
        Undefined undefined => undefined.Fail(),
        _ => throw new TemplateFailure($"%{type} format: a real number is required, not {TypeName.Of(value)}"),
    };

    private static object AsFloat(object value)
    {
        (value as Undefined)?.Fail();
        return Numbers.TryFloat(value, out var number)
            ? number
            : throw new TemplateFailure($"must be real number, not {TypeName.Of(value)}");
    }

    private object Next()
    {
        var index = _next++;
        if (values is TupleValue tuple)
        {
            return index < tuple.Count ? tuple[index] : throw TooFew();
        }

        return index == 0 ? values : throw TooFew();
    }

    private string ReadKey()
    {
        var end = format.IndexOf(')', _position);
        if (end < 0 || values is not DictValue)
        {
            throw new TemplateFailure(end < 0 ? "incomplete format key" : "format requires a mapping");
        }

        var key = format[(_position + 1)..end];
        _position = end + 1;
        return key;
    }

    private long? ReadNumber()
    {
        if (Peek() == '*')
        {
            _position++;
            return Numbers.TryWhole(Next(), out var given) ? given : throw new TemplateFailure("* wants int");
        }

        var digits = ReadWhile("0123456789");
        if (digits.Length == 0)
        {
            return null;
        }

        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new TemplateFailure("width too big");
    }

    private string ReadWhile(string allowed)
    {
        var start = _position;
        while (_position < format.Length && allowed.Contains(format[_position], StringComparison.Ordinal))
        {
            _position++;
        }

        return format[start.._position];
    }

    private char Peek() => _position < format.Length ? format[_position] : '\0';

    private static TemplateFailure TooFew() => new("not enough arguments for format string");
}
