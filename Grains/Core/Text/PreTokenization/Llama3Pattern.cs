namespace Preble.Core.Text;

/// <summary>
/// Llama 3's pattern, by hand: <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
/// ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// Qwen 2's is the same with \p{N} for \p{N}{1,3}.
/// </summary>
internal static class Llama3Pattern
{
    /// <summary>Where the piece that starts at <paramref name="start"/> ends.</summary>
    public static int EndOfPiece(ReadOnlySpan<char> text, int start, int digitsInPiece)
    {
        if (Contraction.LengthAt(text, start, ignoreCase: true) is > 0 and var contraction)
        {
            return start + contraction;
        }

        var kind = CharacterKinds.At(text, start, out var length);
        switch (kind)
        {
            case CharacterKind.Letter:
                return CharacterKinds.EndOfRun(text, start, CharacterKind.Letter);
            case CharacterKind.Number:
                return CharacterKinds.EndOfRun(text, start, CharacterKind.Number, digitsInPiece);
            case CharacterKind.Space or CharacterKind.Other when CharacterKinds.Is(text, start + length, CharacterKind.Letter):
                return CharacterKinds.EndOfRun(text, start + length, CharacterKind.Letter);
            case CharacterKind.Other:
                return EndOfSymbols(text, start);
            case CharacterKind.Space when text[start] == ' ' && CharacterKinds.Is(text, start + 1, CharacterKind.Other):
                return EndOfSymbols(text, start + 1);
            default:
                return EndOfWhiteSpace(text, start);
        }
    }

    private static int EndOfSymbols(ReadOnlySpan<char> text, int at)
    {
        at = CharacterKinds.EndOfRun(text, at, CharacterKind.Other);
        return CharacterKinds.EndOfRun(text, at, CharacterKind.LineBreak);
    }

    /// <summary>White space that has a line break in it ends after its last one.</summary>
    private static int EndOfWhiteSpace(ReadOnlySpan<char> text, int start)
    {
        var run = text[start..WhiteSpace.EndOfRun(text, start)];
        var lastBreak = run.LastIndexOfAny('\r', '\n');
        return lastBreak >= 0 ? start + lastBreak + 1 : WhiteSpace.EndOfPiece(text, start);
    }
}
