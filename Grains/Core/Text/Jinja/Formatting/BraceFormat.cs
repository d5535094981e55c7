using System.Globalization;
using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Python's <c>str.format</c>: <c>{}</c>, <c>{0}</c>, <c>{name.attribute[item]!r:spec}</c>.</summary>
internal sealed class BraceFormat(RenderContext context, string format, Arguments arguments)
{
    private readonly StringBuilder _text = new();
    private int _next;

    public static string Apply(RenderContext context, string format, Arguments arguments) =>
        new BraceFormat(context, format, arguments).Run();

    private string Run()
    {
        context.Charge(format.Length);
        for (var i = 0; i < format.Length; i++)
        {
            var character = format[i];
            if (character is '{' or '}' && i + 1 < format.Length && format[i + 1] == character)
            {
                i++;
                _text.Append(character);
            }
            else if (character == '{')
            {
                i = AppendField(i + 1);
            }
            else
            {
                _text.Append(character != '}' ? character : throw new TemplateFailure("Single '}' encountered in format string"));
            }
        }

        return _text.ToString();
    }

    /// <summary>Appends the field that starts after the brace, and returns the position of its closing brace.</summary>
    private int AppendField(int start)
    {
        var end = format.IndexOf('}', start);
        if (end < 0)
        {
            throw new TemplateFailure("expected '}' before end of string");
        }

        var field = format[start..end];
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        var spec = colon < 0 ? string.Empty : field[(colon + 1)..];
        var head = colon < 0 ? field : field[..colon];
        var bang = head.IndexOf('!', StringComparison.Ordinal);
        var value = Find(bang < 0 ? head : head[..bang]);
        if (bang >= 0)
        {
            value = head[(bang + 1)..] switch
            {
                "r" => Repr.Of(context, value),
                "s" => Repr.Str(context, value),
                _ => throw new TemplateFailure("Unknown conversion specifier in format string"),
            };
        }

        var text = spec.Length == 0 ? Repr.Str(context, value) : FormatSpec.Parse(spec).Apply(context, value);
        context.Charge(text.Length);
        _text.Append(text);
        return end;
    }

    private object Find(string path)
    {
        var end = path.AsSpan().IndexOfAny('.', '[');
        var name = end < 0 ? path : path[..end];
        var value = Argument(name);
        while (end >= 0 && end < path.Length)
        {
            context.Step();
            var isItem = path[end] == '[';
            var stop = isItem
                ? path.IndexOf(']', end)
                : path.AsSpan(end + 1).IndexOfAny('.', '[') is >= 0 and var next ? end + 1 + next : path.Length;
            if (stop < 0)
            {
                throw new TemplateFailure("Missing ']' in format string");
            }

            var part = path[(end + 1)..stop];
            value = isItem && long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? Access.Item(context, value, Boxes.Of(index))
                : isItem ? Access.Item(context, value, part) : Access.Attribute(context, value, part);
            end = isItem ? stop + 1 : stop;
        }

        return value;
    }

    private object Argument(string name)
    {
        if (name.Length > 0 && !char.IsAsciiDigit(name[0]))
        {
            return arguments.FindNamed(name) ?? throw new TemplateFailure($"{Repr.OfText(name)}");
        }

        var index = name.Length == 0
            ? _next++
            : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : int.MaxValue;
        return index < arguments.Positional.Length
            ? arguments.Positional[index]
            : throw new TemplateFailure("tuple index out of range");
    }
}
