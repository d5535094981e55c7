namespace Preble.Core.Text;

/// <summary>GPT-2's pattern, by hand: <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.</summary>
internal static class Gpt2Pattern
{
    /// <summary>Where the piece that starts at <paramref name="start"/> ends.</summary>
    public static int EndOfPiece(ReadOnlySpan<char> text, int start)
    {
        if (Contraction.LengthAt(text, start) is > 0 and var length)
        {
            return start + length;
        }

        var first = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        var kind = CharacterKinds.At(text, first, out _);
        return CharacterKinds.IsWhiteSpace(kind) ? WhiteSpace.EndOfPiece(text, start) : CharacterKinds.EndOfRun(text, first, kind);
    }
}

/// <summary>The English contractions that are pieces of their own: <c>'s|'t|'re|'ve|'m|'ll|'d</c>.</summary>
internal static class Contraction
{
    public static int LengthAt(ReadOnlySpan<char> text, int at, bool ignoreCase = false)
    {
        if (text[at] != '\'' || at + 1 >= text.Length)
        {
            return 0;
        }

        var second = Fold(text[at + 1], ignoreCase);
        if (second is 's' or 't' or 'm' or 'd')
        {
            return 2;
        }

        var third = at + 2 < text.Length ? Fold(text[at + 2], ignoreCase) : '\0';
        return (second, third) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    /// <summary>Unicode's case folding, as far as these letters go: the long s folds to s.</summary>
    private static char Fold(char c, bool ignoreCase) => c switch
    {
        _ when !ignoreCase => c,
        'ſ' => 's',
        _ when char.IsAsciiLetterUpper(c) => (char)(c | 0x20),
        _ => c,
    };
}

/// <summary>The end of all these patterns: <c>\s+(?!\S)|\s+</c>.</summary>
internal static class WhiteSpace
{
    /// <summary>White space up to the next word leaves its last character to that word; at the end of the text it is one piece.</summary>
    public static int EndOfPiece(ReadOnlySpan<char> text, int start)
    {
        var end = EndOfRun(text, start);
        return end == text.Length || end == start + 1 ? end : end - 1;
    }

    public static int EndOfRun(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && CharacterKinds.IsWhiteSpace(CharacterKinds.At(text, at, out _)))
        {
            at++;
        }

        return at;
    }
}
