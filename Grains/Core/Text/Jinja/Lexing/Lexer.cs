namespace Preble.Core.Text.Jinja;

/// <summary>
/// Cuts a template into tokens, and removes the whitespace that trim_blocks, lstrip_blocks and the signs in tags ask to remove.
/// </summary>
internal sealed class Lexer
{
    private readonly List<Token> _tokens = [];
    private readonly string _source;
    private int _position;
    private int _line = 1;
    private int _lineCountedTo;

    private Lexer(string source) => _source = source;

    public static List<Token> Tokenize(string source)
    {
        var lexer = new Lexer(Normalize(source));
        lexer.Run();
        return lexer._tokens;
    }

    /// <summary>Line ends become \n, and the last one goes: that is what keep_trailing_newline=False means.</summary>
    private static string Normalize(string source)
    {
        var text = source.Contains('\r', StringComparison.Ordinal)
            ? source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
            : source;
        return text.EndsWith('\n') ? text[..^1] : text;
    }

    private void Run()
    {
        while (_position < _source.Length)
        {
            var tag = NextTag(_position);
            AddData(_position, tag);
            if (tag < 0)
            {
                break;
            }

            ReadTag(tag);
        }

        _tokens.Add(new Token(TokenKind.End, string.Empty, LineAt(_source.Length)));
    }

    private int NextTag(int from)
    {
        while ((from = _source.IndexOf('{', from)) >= 0 && from + 1 < _source.Length)
        {
            if (_source[from + 1] is '{' or '%' or '#')
            {
                return from;
            }

            from++;
        }

        return -1;
    }

    /// <summary>Adds the text before a tag, less the whitespace that the tag removes on its left.</summary>
    private void AddData(int start, int tag)
    {
        var end = tag < 0 ? _source.Length : LeftEdge(start, tag, isVariable: _source[tag + 1] == '{');
        if (end > start)
        {
            _tokens.Add(new Token(TokenKind.Data, _source[start..end], LineAt(start)));
        }
    }

    private int LeftEdge(int start, int tag, bool isVariable)
    {
        var sign = tag + 2 < _source.Length ? _source[tag + 2] : '\0';
        if (sign == '-')
        {
            return Whitespace.TrimEnd(_source, start, tag);
        }

        if (sign == '+' || isVariable)
        {
            return tag;
        }

        // lstrip_blocks: a block tag alone on its line takes its indentation with it.
        var edge = tag;
        while (edge > start && _source[edge - 1] != '\n' && Whitespace.Is(_source[edge - 1]))
        {
            edge--;
        }

        var atLineStart = edge == 0 || _source[edge - 1] == '\n';
        return atLineStart ? edge : tag;
    }

    private void ReadTag(int tag)
    {
        var signed = tag + 2 < _source.Length && _source[tag + 2] is '-' or '+';
        _position = tag + (signed ? 3 : 2);
        switch (_source[tag + 1])
        {
            case '#':
                SkipComment(tag);
                break;
            case '%' when RawBlock.Find(_source, _position) is { } bodyStart:
                ReadRaw(tag, bodyStart);
                break;
            case '%':
                ReadInside(tag, TokenKind.BlockBegin, TokenKind.BlockEnd, "%}");
                break;
            default:
                ReadInside(tag, TokenKind.VariableBegin, TokenKind.VariableEnd, "}}");
                break;
        }
    }

    private void SkipComment(int tag)
    {
        var end = _source.IndexOf("#}", _position, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Fail(LineAt(tag), "a comment is not closed, expected '#}'");
        }

        var sign = end > _position ? _source[end - 1] : '\0';
        _position = RightEdge(end + 2, sign, trimsNewline: true);
    }

    private void ReadRaw(int tag, int bodyStart)
    {
        var end = RawBlock.FindEnd(_source, bodyStart)
            ?? throw Fail(LineAt(tag), "a raw block is not closed, expected '{% endraw %}'");
        var textEnd = LeftEdge(bodyStart, end.Text, isVariable: false);
        if (textEnd > bodyStart)
        {
            _tokens.Add(new Token(TokenKind.Data, _source[bodyStart..textEnd], LineAt(bodyStart)));
        }

        _position = RightEdge(end.Tag, end.Sign, trimsNewline: true);
    }

    private void ReadInside(int tag, TokenKind begin, TokenKind end, string close)
    {
        var first = LineAt(tag);
        _tokens.Add(new Token(begin, _source.Substring(tag, 2), first));
        var words = new WordReader(_source);
        while (true)
        {
            _position = Whitespace.Skip(_source, _position);
            if (_position >= _source.Length)
            {
                throw Fail(first, $"a tag is not closed, expected '{close}'");
            }

            if (words.IsBalanced && CloseLength(close) is var length and > 0)
            {
                _tokens.Add(new Token(end, close, LineAt(_position)));
                var sign = length == 3 ? _source[_position] : '\0';
                _position = RightEdge(_position + length, sign, trimsNewline: end == TokenKind.BlockEnd);
                return;
            }

            var line = LineAt(_position);
            _tokens.Add(words.Read(ref _position, line));
        }
    }

    private int CloseLength(string close)
    {
        if (string.CompareOrdinal(_source, _position, close, 0, 2) == 0)
        {
            return 2;
        }

        // Only a block may be closed by '+': in '{{ x +}}' the plus is an operator, as in the reference.
        var signed = _source[_position] == '-' || (_source[_position] == '+' && close[0] == '%');
        return signed && string.CompareOrdinal(_source, _position + 1, close, 0, 2) == 0 ? 3 : 0;
    }

    /// <summary>Where the text goes on after a tag that ends at <paramref name="end"/>.</summary>
    private int RightEdge(int end, char sign, bool trimsNewline) => sign switch
    {
        '-' => Whitespace.Skip(_source, end),
        '+' => end,
        _ => trimsNewline && end < _source.Length && _source[end] == '\n' ? end + 1 : end,
    };

    /// <summary>Positions only grow, so that counting line ends once over the whole template is enough.</summary>
    private int LineAt(int position)
    {
        for (; _lineCountedTo < position; _lineCountedTo++)
        {
            if (_source[_lineCountedTo] == '\n')
            {
                _line++;
            }
        }

        return _line;
    }

    private static TemplateFailure Fail(int line, string message) => new($"line {line}: {message}");
}
