namespace Preble.Core.Text;

/// <summary>Cuts a text into the pieces of a pre-tokeniser, one after the other, in time linear in the text.</summary>
internal ref struct PieceEnumerator(PreTokenizerKind kind, ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _end;
    private int _segmentEnd;

    public ReadOnlySpan<char> Current { get; private set; }

    public bool MoveNext()
    {
        if (_end == _text.Length)
        {
            return false;
        }

        var start = _end;
        _end = kind switch
        {
            PreTokenizerKind.Gpt2 => Gpt2Pattern.EndOfPiece(_text, start),
            PreTokenizerKind.Smollm => EndBetweenDigits(start),
            PreTokenizerKind.Llama3 => Llama3Pattern.EndOfPiece(_text, start, digitsInPiece: 3),
            PreTokenizerKind.Qwen2 => Llama3Pattern.EndOfPiece(_text, start, digitsInPiece: 1),
            _ => _text.Length,
        };
        Current = _text[start.._end];
        return true;
    }

    /// <summary>Digits are pieces of their own, and the pattern sees only the text between two of them, as if it were all.</summary>
    private int EndBetweenDigits(int start)
    {
        if (CharacterKinds.At(_text, start, out var length) == CharacterKind.Number)
        {
            return start + length;
        }

        while (_segmentEnd <= start
            || (_segmentEnd < _text.Length && CharacterKinds.At(_text, _segmentEnd, out _) != CharacterKind.Number))
        {
            CharacterKinds.At(_text, Math.Max(_segmentEnd, start), out length);
            _segmentEnd = Math.Max(_segmentEnd, start) + length;
        }

        return Gpt2Pattern.EndOfPiece(_text[.._segmentEnd], start);
    }
}
