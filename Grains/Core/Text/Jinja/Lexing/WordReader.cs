namespace Preble.Core.Text.Jinja;

/// <summary>Reads the words inside one tag and keeps count of open brackets, for <c>}}</c> inside them closes no tag.</summary>
internal sealed class WordReader(string source)
{
    // Longer spellings first: '**' must not be read as two '*'.
    private static readonly string[] Symbols =
    [
        "**", "//", "==", "!=", ">=", "<=",
        "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
    ];

    private readonly Stack<char> _expectedClosings = new();

    public bool IsBalanced => _expectedClosings.Count == 0;

    public Token Read(ref int position, int line)
    {
        var first = source[position];
        if (char.IsAsciiDigit(first))
        {
            return NumberLiteral.Read(source, ref position, line);
        }

        if (char.IsLetter(first) || first == '_')
        {
            return ReadName(ref position, line);
        }

        return first is '\'' or '"' ? ReadText(ref position, line) : ReadSymbol(ref position, line);
    }

    private Token ReadName(ref int position, int line)
    {
        var start = position;
        while (position < source.Length && (char.IsLetterOrDigit(source[position]) || source[position] == '_'))
        {
            position++;
        }

        return new Token(TokenKind.Name, source[start..position], line);
    }

    private Token ReadText(ref int position, int line)
    {
        var quote = source[position];
        var start = ++position;
        while (position < source.Length && source[position] != quote)
        {
            position += source[position] == '\\' ? 2 : 1;
        }

        if (position >= source.Length)
        {
            throw new TemplateFailure($"line {line}: a string is not closed, expected {quote}");
        }

        var literal = source[start..position++];
        return new Token(TokenKind.Text, StringLiteral.Unescape(literal, line), line);
    }

    private Token ReadSymbol(ref int position, int line)
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(source, position, symbol, 0, symbol.Length) == 0)
            {
                Balance(symbol[0], line);
                position += symbol.Length;
                return new Token(TokenKind.Symbol, symbol, line);
            }
        }

        throw new TemplateFailure($"line {line}: unexpected character '{source[position]}'");
    }

    private void Balance(char symbol, int line)
    {
        switch (symbol)
        {
            case '(':
                _expectedClosings.Push(')');
                break;
            case '[':
                _expectedClosings.Push(']');
                break;
            case '{':
                _expectedClosings.Push('}');
                break;
            case ')' or ']' or '}':
                Close(symbol, line);
                break;
            default:
                break;
        }
    }

    private void Close(char symbol, int line)
    {
        var isOpen = _expectedClosings.TryPop(out var expected);
        if (!isOpen || expected != symbol)
        {
            throw new TemplateFailure($"line {line}: unexpected '{symbol}'{(isOpen ? $", expected '{expected}'" : string.Empty)}");
        }
    }
}
