using System.Globalization;
using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Writes JSON byte for byte as Python's json.dumps does: models have learned its spaces.</summary>
internal sealed class JsonText
{
    private readonly StringBuilder _text = new();
    private readonly RenderContext _context;
    private readonly JsonStyle _style;

    private JsonText(RenderContext context, JsonStyle style) => (_context, _style) = (context, style);

    public static string Of(RenderContext context, object value, JsonStyle style)
    {
        var writer = new JsonText(context, style);
        writer.Write(value, 0);
        return writer._text.ToString();
    }

    private void Write(object value, int depth)
    {
        _context.Step();
        switch (SafeText.Plain(value))
        {
            case string text:
                WriteText(text);
                break;
            case ListValue list:
                WriteMany(list.Items, ('[', ']'), depth, item => Write(item, depth + 1));
                break;
            case TupleValue tuple:
                WriteMany(tuple.Items, ('[', ']'), depth, item => Write(item, depth + 1));
                break;
            case DictValue dict:
                WriteMany(Pairs(dict), ('{', '}'), depth, pair => WritePair(pair, depth));
                break;
            default:
                Append(Simple(value) ?? throw new TemplateFailure($"Object of type {TypeName.Of(value)} is not JSON serializable"));
                break;
        }
    }

    private static string? Simple(object value) => value switch
    {
        None => "null",
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number when double.IsNaN(number) => "NaN",
        double number when double.IsInfinity(number) => number > 0 ? "Infinity" : "-Infinity",
        double number => FloatText.Of(number),
        _ => null,
    };

    private KeyValuePair<object, object>[] Pairs(DictValue dict)
    {
        var pairs = dict.Items.ToArray();
        if (_style.SortKeys)
        {
            Ordering.Sort(_context, pairs, pair => pair.Key, reverse: false);
        }

        return pairs;
    }

    private void WriteMany<T>(IReadOnlyCollection<T> items, (char Open, char Close) brackets, int depth, Action<T> write)
    {
        _text.Append(brackets.Open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                Append(_style.ItemSeparator);
            }

            NewLine(depth + 1);
            write(item);
            first = false;
        }

        if (!first)
        {
            NewLine(depth);
        }

        _text.Append(brackets.Close);
    }

    private void WritePair(KeyValuePair<object, object> pair, int depth)
    {
        var key = pair.Key as string ?? Simple(pair.Key)
            ?? throw new TemplateFailure($"keys must be str, int, float, bool or None, not {TypeName.Of(pair.Key)}");
        WriteText(key);
        Append(_style.KeySeparator);
        Write(pair.Value, depth + 1);
    }

    private void NewLine(int depth)
    {
        if (_style.Indent is { } indent)
        {
            _context.Charge(1 + ((long)indent.Length * depth));
            _text.Append('\n').Insert(_text.Length, indent, depth);
        }
    }

    private void WriteText(string text)
    {
        _context.Charge(text.Length + 2);
        _text.Append('"');
        foreach (var character in text)
        {
            if (character >= ' ' && character is not ('"' or '\\') && (character < 128 || !_style.EnsureAscii))
            {
                _text.Append(character);
            }
            else
            {
                WriteEscaped(character);
            }
        }

        _text.Append('"');
    }

    private void WriteEscaped(char character)
    {
        const string plain = "\"\\\n\r\t\f\b";
        const string letters = "\"\\nrtfb";
        var index = plain.IndexOf(character, StringComparison.Ordinal);
        if (index >= 0)
        {
            _text.Append('\\').Append(letters[index]);
        }
        else
        {
            _context.Charge(5);
            _text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
        }
    }

    private void Append(string text)
    {
        _context.Charge(text.Length);
        _text.Append(text);
    }
}
