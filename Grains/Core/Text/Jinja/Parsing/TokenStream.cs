namespace Preble.Core.Text.Jinja;

/// <summary>The tokens and a place among them, with the nesting depth of the parser, which recurses.</summary>
internal sealed class TokenStream(List<Token> tokens)
{
    private int _position;
    private int _depth;

    public Token Current => tokens[_position];

    public Token Following => tokens[Math.Min(_position + 1, tokens.Count - 1)];

    public Token Take()
    {
        var token = Current;
        _position = Math.Min(_position + 1, tokens.Count - 1);
        return token;
    }

    public bool SkipSymbol(string symbol) => Skip(Current.IsSymbol(symbol));

    public bool SkipName(string name) => Skip(Current.IsName(name));

    public void ExpectSymbol(string symbol)
    {
        if (!SkipSymbol(symbol))
        {
            throw Expected($"'{symbol}'");
        }
    }

    public void ExpectName(string name)
    {
        if (!SkipName(name))
        {
            throw Expected($"'{name}'");
        }
    }

    public Token Expect(TokenKind kind, string what) => Current.Kind == kind ? Take() : throw Expected(what);

    public TemplateFailure Expected(string what) => Failure($"expected {what}, found {Current.Description}");

    public TemplateFailure Failure(string message, int? line = null) => new($"line {line ?? Current.Line}: {message}");

    /// <summary>Goes one level down; <see cref="Leave"/> comes back up.</summary>
    public void Enter()
    {
        if (++_depth > Limits.TemplateNesting)
        {
            throw Failure($"the template nests deeper than {Limits.TemplateNesting} levels");
        }
    }

    public void Leave() => _depth--;

    private bool Skip(bool matches)
    {
        if (matches)
        {
            Take();
        }

        return matches;
    }
}
