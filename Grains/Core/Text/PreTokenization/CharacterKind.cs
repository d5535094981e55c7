using System.Globalization;

namespace Preble.Core.Text;

/// <summary>What the patterns of pre-tokenisers tell apart: \p{L}, \p{N}, the line breaks \r and \n, other \s, and the rest.</summary>
internal enum CharacterKind : byte
{
    Other,
    Letter,
    Number,
    LineBreak,
    Space,
}

/// <summary>Kinds of characters in UTF-16 text, by whole code points: a letter outside the first plane is a letter.</summary>
internal static class CharacterKinds
{
    private static readonly CharacterKind[] Ascii = [.. Enumerable.Range(0, 128).Select(c => Of((char)c))];

    /// <summary>The kind of the character that starts at <paramref name="at"/>, and its length in UTF-16 units.</summary>
    public static CharacterKind At(ReadOnlySpan<char> text, int at, out int length)
    {
        var c = text[at];
        length = 1;
        if (c < Ascii.Length)
        {
            return Ascii[c];
        }

        if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            length = 2;
            return Of(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(c, text[at + 1])));
        }

        return Of(c);
    }

    public static bool Is(ReadOnlySpan<char> text, int at, CharacterKind kind) => at < text.Length && At(text, at, out _) == kind;

    public static bool IsWhiteSpace(CharacterKind kind) => kind is CharacterKind.Space or CharacterKind.LineBreak;

    /// <summary>
    /// Where the characters of one kind that start at <paramref name="at"/> end, or the first <paramref name="most"/> of them.
    /// </summary>
    public static int EndOfRun(ReadOnlySpan<char> text, int at, CharacterKind kind, int most = int.MaxValue)
    {
        for (var count = 0; count < most && at < text.Length && At(text, at, out var length) == kind; count++)
        {
            at += length;
        }

        return at;
    }

    private static CharacterKind Of(char c) => c switch
    {
        '\r' or '\n' => CharacterKind.LineBreak,
        _ when char.IsWhiteSpace(c) => CharacterKind.Space,
        _ => Of(CharUnicodeInfo.GetUnicodeCategory(c)),
    };

    private static CharacterKind Of(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => CharacterKind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterKind.Number,
        _ => CharacterKind.Other,
    };
}
