using System.Globalization;
using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Python's <c>str()</c> and <c>repr()</c>.</summary>
internal static class Repr
{
    /// <summary>A value as <c>{{ }}</c> prints it: texts bare, undefined as nothing.</summary>
    public static string Str(RenderContext context, object value) => value switch
    {
        string text => text,
        SafeText safe => safe.Text,
        Undefined => string.Empty,
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => Of(context, value),
    };

    /// <summary>A value as it would be written in Python.</summary>
    public static string Of(RenderContext context, object value)
    {
        var text = new StringBuilder();
        Append(context, text, value);
        return text.ToString();
    }

    public static string OfText(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var result = new StringBuilder(text.Length + 2).Append(quote);
        for (int i = 0, width; i < text.Length; i += width)
        {
            width = CodePoints.Width(text, i);
            AppendCharacter(result, text.AsSpan(i, width), quote);
        }

        return result.Append(quote).ToString();
    }

    private static void Append(RenderContext context, StringBuilder text, object value)
    {
        context.Step();
        switch (value)
        {
            case ListValue list:
                AppendItems(context, text, ("[", "]"), list.Items);
                break;
            case TupleValue tuple:
                AppendItems(context, text, ("(", tuple.Count == 1 ? ",)" : ")"), tuple.Items);
                break;
            case DictValue dict:
                AppendDict(context, text, dict);
                break;
            case DictView view:
                AppendItems(context, text, (view.TypeName + "([", "])"), view.Items);
                break;
            case NamespaceValue space:
                text.Append("<Namespace ");
                Append(context, text, space.ToDict(context));
                text.Append('>');
                break;
            default:
                var simple = Simple(value);
                context.Charge(simple.Length);
                text.Append(simple);
                break;
        }
    }

    private static string Simple(object value) => value switch
    {
        string text => OfText(text),
        SafeText safe => $"Markup({OfText(safe.Text)})",
        None => "None",
        bool flag => flag ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => FloatText.Of(number),
        Undefined => "Undefined",
        RangeValue { Step: 1 } range => $"range({range.Start}, {range.Stop})",
        RangeValue range => $"range({range.Start}, {range.Stop}, {range.Step})",
        MacroValue macro => $"<Macro {OfText(macro.Name)}>",
        LoopValue loop => $"<LoopContext {loop.Find("index")}/{loop.Length}>",
        _ => $"<{TypeName.Of(value)} object>",
    };

    private static void AppendItems(
        RenderContext context, StringBuilder text,
        (string Open, string Close) brackets, IEnumerable<object> items)
    {
        text.Append(brackets.Open);
        var separator = string.Empty;
        foreach (var item in items)
        {
            context.Charge(separator.Length);
            text.Append(separator);
            Append(context, text, item);
            separator = ", ";
        }

        text.Append(brackets.Close);
    }

    private static void AppendDict(RenderContext context, StringBuilder text, DictValue dict)
    {
        text.Append('{');
        var separator = string.Empty;
        foreach (var (key, value) in dict.Items)
        {
            text.Append(separator);
            Append(context, text, key);
            text.Append(": ");
            Append(context, text, value);
            separator = ", ";
        }

        text.Append('}');
    }

    private static void AppendCharacter(StringBuilder result, ReadOnlySpan<char> character, char quote)
    {
        var first = character[0];
        if (first == quote || first == '\\')
        {
            result.Append('\\').Append(first);
        }
        else if (first is '\n' or '\r' or '\t')
        {
            result.Append(first switch { '\n' => "\\n", '\r' => "\\r", _ => "\\t" });
        }
        else if (first is >= ' ' and < '\x7f' || IsPrintable(character))
        {
            result.Append(character);
        }
        else
        {
            var code = character.Length == 2 ? char.ConvertToUtf32(first, character[1]) : first;
            result.Append(code < 0x100 ? $"\\x{code:x2}" : code < 0x10000 ? $"\\u{code:x4}" : $"\\U{code:x8}");
        }
    }

    private static bool IsPrintable(ReadOnlySpan<char> character)
    {
        var category = Rune.TryCreate(character[0], out var rune)
            || (character.Length == 2 && Rune.TryCreate(character[0], character[1], out rune))
            ? Rune.GetUnicodeCategory(rune)
            : UnicodeCategory.Surrogate;
        return category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.SpaceSeparator);
    }
}
