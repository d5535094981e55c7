using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Puts texts and sequences together, paying for the result before it is made.</summary>
internal static class Joining
{
    public static string Concat(RenderContext context, string left, string right)
    {
        context.Charge((long)left.Length + right.Length);
        return left + right;
    }

    public static List<object> Items(RenderContext context, ISequenceValue left, ISequenceValue right)
    {
        context.Steps((long)left.Count + right.Count);
        var items = new List<object>(left.Count + right.Count);
        for (var i = 0; i < left.Count; i++)
        {
            items.Add(left[i]);
        }

        for (var i = 0; i < right.Count; i++)
        {
            items.Add(right[i]);
        }

        return items;
    }

    public static object Repeat(RenderContext context, object value, long times)
    {
        times = Math.Max(0, times);
        if (value is string text)
        {
            return Repeat(context, text, times);
        }

        var sequence = (ISequenceValue)value;
        context.Steps(Product(sequence.Count, times));
        var items = new List<object>();
        for (long i = 0; sequence.Count > 0 && i < times; i++)
        {
            items.AddRange(value is ListValue list ? list.Items : ((TupleValue)value).Items);
        }

        return value is ListValue ? new ListValue(items) : new TupleValue([.. items]);
    }

    public static string Repeat(RenderContext context, string text, long times)
    {
        context.Charge(Product(text.Length, times));
        return text.Length == 0 ? string.Empty : new StringBuilder(text.Length * (int)times).Insert(0, text, (int)times).ToString();
    }

    // Both are bounded before they are multiplied, so that the product cannot wrap round a bound.
    private static long Product(int length, long times) => length == 0 ? 0 : length * Math.Min(times, int.MaxValue);
}
