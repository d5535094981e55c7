using System.Text;

namespace Preble.Core.Text.Jinja;

/// <summary>Upper and lower case, and classes of characters, as Python's string methods see them.</summary>
internal static class Letters
{
    public static string Lower(string text) => text.ToLowerInvariant();

    // The one letter in common use whose upper case is two letters.
    public static string Upper(string text) => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal);

    public static string Capitalize(string text) => text.Length == 0
        ? text
        : Upper(text[..CodePoints.Width(text, 0)]) + Lower(text[CodePoints.Width(text, 0)..]);

    public static string SwapCase(string text) => Map(text, (character, _) => char.IsUpper(character) ? Lower : Upper);

    /// <summary>A capital after everything that is not a letter: the method <c>title</c>.</summary>
    public static string Title(string text) => Map(text, (_, previous) => char.IsLetter(previous) ? Lower : Upper);

    /// <summary>A capital after blanks and opening brackets: the filter <c>title</c>.</summary>
    public static string TitleWords(string text) => Map(text, (_, previous) =>
        previous is '\0' or '-' or '(' or '{' or '[' or '<' || Whitespace.Is(previous) ? Upper : Lower);

    public static bool AreLower(string text) => text.Any(char.IsLower) && !text.Any(char.IsUpper);

    public static bool AreUpper(string text) => text.Any(char.IsUpper) && !text.Any(char.IsLower);

    public static bool Are(string text, Func<Rune, bool> isOf) => text.Length > 0 && text.EnumerateRunes().All(isOf);

    private static string Map(string text, Func<char, char, Func<string, string>> choose)
    {
        var result = new StringBuilder(text.Length);
        var previous = '\0';
        foreach (var character in CodePoints.Each(text))
        {
            result.Append(choose(character[0], previous)(character));
            previous = character[^1];
        }

        return result.ToString();
    }
}
