namespace Preble.Core.Text;

/// <summary>Cuts a text at its added tokens: text, token, text, …</summary>
internal ref struct AddedTokenEnumerator(AddedTokenSet tokens, ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private AddedToken? _found;
    private int _at;
    private int _foundEnd;

    /// <summary>The current token, or null when the current part is text.</summary>
    public AddedToken? Token { get; private set; }

    public ReadOnlySpan<char> Text { get; private set; }

    public bool MoveNext()
    {
        Token = _found;
        _found = null;
        if (Token is not null)
        {
            _at = _foundEnd;
            return true;
        }

        if (_at == _text.Length)
        {
            return false;
        }

        _found = tokens.Find(_text, _at, out var covered);
        var (start, end) = _found is null ? (_text.Length, _text.Length) : (covered.Start.Value, covered.End.Value);
        Text = _text[_at..start];
        _foundEnd = end;
        _at = start;
        return true;
    }
}
