namespace Preble.Core.Text.Jinja;

/// <summary>Whitespace as Python sees it: Unicode's, and the four ASCII separators that .NET leaves out.</summary>
internal static class Whitespace
{
    public static bool Is(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    /// <summary>The first position at or after <paramref name="start"/> that is not whitespace.</summary>
    public static int Skip(string text, int start)
    {
        while (start < text.Length && Is(text[start]))
        {
            start++;
        }

        return start;
    }

    /// <summary>The end of the text between <paramref name="start"/> and <paramref name="end"/> without trailing whitespace.</summary>
    public static int TrimEnd(string text, int start, int end)
    {
        while (end > start && Is(text[end - 1]))
        {
            end--;
        }

        return end;
    }
}
