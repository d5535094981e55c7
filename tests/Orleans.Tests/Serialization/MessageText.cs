using System.Collections;
using System.Globalization;
using System.Text;

namespace Preble.OnSilo.Serialization;

/// <summary>Spells out a message member by member; two messages are equal when their texts are. Slow, and it believes no Equals.</summary>
internal static class MessageText
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Append(text, value, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value, int depth)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string or Enum or bool:
                text.Append(value.GetType().Name).Append(' ').Append(value);
                break;
            case float number:
                text.Append(BitConverter.SingleToInt32Bits(number).ToString("x8", CultureInfo.InvariantCulture));
                break;
            case double number:
                text.Append(BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture));
                break;
            case IFormattable number when value.GetType().IsPrimitive || value is TimeSpan:
                text.Append(number.ToString(null, CultureInfo.InvariantCulture));
                break;
            case IEnumerable items:
                Append(text, items, value, depth);
                break;
            default:
                text.Append(value.GetType().Name);
                foreach (var (number, property) in MessageValues.Members(value.GetType()))
                {
                    text.Append('\n').Append(' ', depth + 2).Append(CultureInfo.InvariantCulture, $"{number} {property.Name}: ");
                    Append(text, property.GetValue(value), depth + 2);
                }

                break;
        }
    }

    private static void Append(StringBuilder text, IEnumerable items, object array, int depth)
    {
        if (array.GetType().GetProperty("IsDefault")?.GetValue(array) is true)
        {
            text.Append("no array");
            return;
        }

        text.Append('[');
        foreach (var item in items)
        {
            text.Append('\n').Append(' ', depth + 2);
            Append(text, item, depth + 2);
        }

        text.Append(']');
    }
}
