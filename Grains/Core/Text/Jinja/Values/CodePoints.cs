using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>
/// Strings counted in code points, as Python counts; a .NET string counts an emoji as two. Plain text takes the fast path.
/// </summary>
internal static class CodePoints
{
    public static bool ArePlain(string text) => !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    public static int Count(string text)
    {
        if (ArePlain(text))
        {
            return text.Length;
        }

        var count = 0;
        for (var i = 0; i < text.Length; i += Width(text, i))
        {
            count++;
        }

        return count;
    }

    /// <summary>The position in the .NET string of the code point with the given number.</summary>
    public static int Position(string text, int number)
    {
        if (ArePlain(text))
        {
            return Math.Min(number, text.Length);
        }

        var position = 0;
        while (number-- > 0 && position < text.Length)
        {
            position += Width(text, position);
        }

        return position;
    }

    public static int Width(string text, int position) =>
        char.IsHighSurrogate(text[position]) && position + 1 < text.Length && char.IsLowSurrogate(text[position + 1]) ? 2 : 1;

    /// <summary>The characters, each a string of its own.</summary>
    public static IEnumerable<string> Each(string text)
    {
        for (int i = 0, width; i < text.Length; i += width)
        {
            width = Width(text, i);
            yield return width == 1 && text[i] < 128 ? Ascii[text[i]] : text.Substring(i, width);
        }
    }

    /// <summary>The order of the code points, which is not that of UTF-16 beyond U+FFFF.</summary>
    public static int Compare(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (a, b) = (left[same], right[same]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }

    private static readonly string[] Ascii = [.. Enumerable.Range(0, 128).Select(i => ((char)i).ToString())];

    /// <summary>The text that <c>[start:stop:step]</c> cuts out.</summary>
    public static string Slice(string text, SliceRange range)
    {
        if (range.Step == 1)
        {
            var (from, to) = (Position(text, range.Start), Position(text, range.Start + range.Count));
            return text[from..to];
        }

        var characters = Each(text).ToArray();
        var result = new StringBuilder(range.Count);
        foreach (var index in range.Indices())
        {
            result.Append(characters[index]);
        }

        return result.ToString();
    }
}
