namespace Preble.Core.Text.Jinja;

/// <summary>Python's strip: whitespace, or any of the given characters, from the ends.</summary>
internal static class Stripping
{
    public static string Both(string text, string? characters) => Right(Left(text, characters), characters);

    public static string Left(string text, string? characters)
    {
        var start = 0;
        while (start < text.Length && IsIn(text, start, characters))
        {
            start += CodePoints.Width(text, start);
        }

        return text[start..];
    }

    public static string Right(string text, string? characters)
    {
        var end = text.Length;
        while (end > 0 && Previous(text, end) is var last && IsIn(text, last, characters))
        {
            end = last;
        }

        return text[..end];
    }

    private static int Previous(string text, int end) => end > 1 && CodePoints.Width(text, end - 2) == 2 ? end - 2 : end - 1;

    private static bool IsIn(string text, int at, string? characters)
    {
        if (characters is null)
        {
            return Whitespace.Is(text[at]);
        }

        var width = CodePoints.Width(text, at);
        return characters.AsSpan().Contains(text.AsSpan(at, width), StringComparison.Ordinal);
    }
}
