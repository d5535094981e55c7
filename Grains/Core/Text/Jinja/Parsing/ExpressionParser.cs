namespace Preble.Core.Text.Jinja;

/// <summary>Expressions from the weakest operator to the strongest: if, or, and, not, comparison, + -, ~, * / // %, **.</summary>
internal sealed class ExpressionParser
{
    private readonly TokenStream _tokens;
    private readonly OperandParser _operands;

    public ExpressionParser(TokenStream tokens)
    {
        _tokens = tokens;
        _operands = new OperandParser(tokens, this);
    }

    /// <summary>
    /// Every name read so far, in order: a macro's body tells by them whether it uses <c>caller</c>, <c>varargs</c> or <c>kwargs</c>.
    /// </summary>
    public List<string> Names => _operands.Names;

    public Expression Parse(bool withConditional = true)
    {
        _tokens.Enter();
        var expression = withConditional ? ParseConditional() : ParseOr();
        _tokens.Leave();
        return expression;
    }

    /// <summary>One expression, or several with commas between them, which make a tuple.</summary>
    public Expression ParseTuple(bool withConditional = true, bool mayBeEmpty = false, string? endName = null)
    {
        var items = new List<Expression>();
        var isTuple = false;
        while (!AtTupleEnd(endName))
        {
            items.Add(Parse(withConditional));
            if (!_tokens.SkipSymbol(","))
            {
                break;
            }

            isTuple = true;
        }

        if (!isTuple && items.Count == 0 && !mayBeEmpty)
        {
            throw _tokens.Expected("an expression");
        }

        return !isTuple && items.Count == 1 ? items[0] : new TupleExpression([.. items]);
    }

    public Expression ParsePrimary() => _operands.ParsePrimary();

    public CallArguments ParseArguments() => _operands.ParseArguments();

    public FilterExpression ParseFilter(Expression? subject) => _operands.ParseFilter(subject);

    private bool AtTupleEnd(string? endName) =>
        _tokens.Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd
        || _tokens.Current.IsSymbol(")")
        || (endName is not null && _tokens.Current.IsName(endName));

    private Expression ParseConditional()
    {
        var line = _tokens.Current.Line;
        var value = ParseOr();
        for (var links = 0; _tokens.SkipName("if"); links++)
        {
            Bound(links);
            var condition = ParseOr();
            var otherwise = _tokens.SkipName("else") ? Parse() : null;
            value = new ConditionalExpression(condition, value, otherwise, line);
        }

        return value;
    }

    private Expression ParseOr()
    {
        var left = ParseAnd();
        for (var links = 0; _tokens.SkipName("or"); links++)
        {
            Bound(links);
            left = new LogicExpression(left, ParseAnd(), stopsAt: true);
        }

        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        for (var links = 0; _tokens.SkipName("and"); links++)
        {
            Bound(links);
            left = new LogicExpression(left, ParseNot(), stopsAt: false);
        }

        return left;
    }

    private Expression ParseNot()
    {
        if (!_tokens.SkipName("not"))
        {
            return ParseComparison();
        }

        _tokens.Enter();
        var operand = ParseNot();
        _tokens.Leave();
        return new NotExpression(operand);
    }

    private Expression ParseComparison()
    {
        var first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (ComparisonSymbol() is { } symbol)
        {
            rest.Add((symbol, ParseSum()));
        }

        return rest.Count == 0 ? first : new CompareExpression(first, [.. rest]);
    }

    private string? ComparisonSymbol()
    {
        if (_tokens.Current is { Kind: TokenKind.Symbol, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
        {
            return _tokens.Take().Text;
        }

        if (_tokens.SkipName("in"))
        {
            return "in";
        }

        if (_tokens.Current.IsName("not") && _tokens.Following.IsName("in"))
        {
            _tokens.Take();
            _tokens.Take();
            return "not in";
        }

        return null;
    }

    private Expression ParseSum()
    {
        var operands = new List<Expression> { ParseConcat() };
        for (var links = 0; _tokens.Current is { Kind: TokenKind.Symbol, Text: "+" or "-" }; links++)
        {
            Bound(links);
            var symbol = _tokens.Take().Text;
            var right = ParseConcat();
            if (symbol == "-")
            {
                right = new ArithmeticExpression(symbol, SumOf(operands), right);
                operands.Clear();
            }

            operands.Add(right);
        }

        return SumOf(operands);
    }

    private static Expression SumOf(List<Expression> operands) => operands.Count == 1 ? operands[0] : new SumExpression([.. operands]);

    private Expression ParseConcat()
    {
        var first = ParseProduct();
        if (!_tokens.Current.IsSymbol("~"))
        {
            return first;
        }

        var operands = new List<Expression> { first };
        while (_tokens.SkipSymbol("~"))
        {
            operands.Add(ParseProduct());
        }

        return new ConcatExpression([.. operands]);
    }

    private Expression ParseProduct()
    {
        var left = ParsePower();
        for (var links = 0; _tokens.Current is { Kind: TokenKind.Symbol, Text: "*" or "/" or "//" or "%" }; links++)
        {
            Bound(links);
            var symbol = _tokens.Take().Text;
            left = new ArithmeticExpression(symbol, left, ParsePower());
        }

        return left;
    }

    private Expression ParsePower()
    {
        var left = _operands.ParseUnary(withFilters: true);
        for (var links = 0; _tokens.SkipSymbol("**"); links++)
        {
            Bound(links);
            left = new ArithmeticExpression("**", left, _operands.ParseUnary(withFilters: true));
        }

        return left;
    }

    /// <summary>A chain of operators makes a deep tree without deep parsing, so its length is bounded too.</summary>
    private void Bound(int links)
    {
        if (links >= Limits.TemplateChain)
        {
            throw _tokens.Failure($"an expression chains more than {Limits.TemplateChain} operators");
        }
    }
}
