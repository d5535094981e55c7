namespace Preble.Core.Text.Jinja;

/// <summary>What operators stand between: signs, names, literals, brackets, and the dots, calls, filters and tests after them.</summary>
internal sealed class OperandParser(TokenStream tokens, ExpressionParser expressions)
{
    public List<string> Names { get; } = [];

    public Expression ParseUnary(bool withFilters)
    {
        Expression operand;
        if (tokens.Current is { Kind: TokenKind.Symbol, Text: "-" or "+" })
        {
            var negates = tokens.Take().Text == "-";
            tokens.Enter();
            operand = new SignExpression(ParseUnary(withFilters: false), negates);
            tokens.Leave();
        }
        else
        {
            operand = ParsePrimary();
        }

        operand = ParsePostfix(operand);
        return withFilters ? ParseFilters(operand) : operand;
    }

    public Expression ParsePrimary()
    {
        var token = tokens.Current;
        return token switch
        {
            { Kind: TokenKind.Name } => ParseName(),
            { Kind: TokenKind.Text } => ParseText(),
            { Kind: TokenKind.Number } => new ConstantExpression(tokens.Take().Value!),
            { Kind: TokenKind.Symbol, Text: "(" } => ParseParentheses(),
            { Kind: TokenKind.Symbol, Text: "[" } => ParseList(),
            { Kind: TokenKind.Symbol, Text: "{" } => ParseDict(),
            _ => throw tokens.Expected("an expression"),
        };
    }

    public CallArguments ParseArguments()
    {
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? star = null;
        Expression? doubleStar = null;
        tokens.ExpectSymbol("(");
        while (!tokens.SkipSymbol(")"))
        {
            if (star is null && doubleStar is null && tokens.SkipSymbol("*"))
            {
                star = expressions.Parse();
            }
            else if (doubleStar is null && tokens.SkipSymbol("**"))
            {
                doubleStar = expressions.Parse();
            }
            else if (doubleStar is null && tokens.Current.Kind == TokenKind.Name && tokens.Following.IsSymbol("="))
            {
                var name = tokens.Take().Text;
                tokens.Take();
                named.Add((name, expressions.Parse()));
            }
            else if (star is null && doubleStar is null && named.Count == 0)
            {
                positional.Add(expressions.Parse());
            }
            else
            {
                throw tokens.Failure("a positional argument must come before named ones and * or **");
            }

            CommaOr(")");
        }

        return new CallArguments([.. positional], [.. named], star, doubleStar);
    }

    /// <summary>One or more filters; the bar before the first has been taken.</summary>
    public FilterExpression ParseFilter(Expression? subject)
    {
        var filter = default(FilterExpression);
        var links = 0;
        do
        {
            Bound(links++);
            var name = ParseDottedName("the name of a filter");
            var arguments = tokens.Current.IsSymbol("(") ? ParseArguments() : CallArguments.None;
            filter = new FilterExpression(filter ?? subject, name, arguments);
        }
        while (tokens.SkipSymbol("|"));
        return filter;
    }

    private Expression ParseName()
    {
        var name = tokens.Take().Text;
        switch (name)
        {
            case "true" or "True":
                return new ConstantExpression(Boxes.True);
            case "false" or "False":
                return new ConstantExpression(Boxes.False);
            case "none" or "None":
                return new ConstantExpression(None.Value);
            default:
                Names.Add(name);
                return new NameExpression(name);
        }
    }

    /// <summary>Strings that follow each other are one.</summary>
    private ConstantExpression ParseText()
    {
        var parts = new List<string>();
        while (tokens.Current.Kind == TokenKind.Text)
        {
            parts.Add(tokens.Take().Text);
        }

        return new ConstantExpression(string.Concat(parts));
    }

    private Expression ParseParentheses()
    {
        tokens.ExpectSymbol("(");
        var inside = expressions.ParseTuple(mayBeEmpty: true);
        tokens.ExpectSymbol(")");
        return inside;
    }

    private ListExpression ParseList()
    {
        tokens.ExpectSymbol("[");
        var items = new List<Expression>();
        while (!tokens.SkipSymbol("]"))
        {
            items.Add(expressions.Parse());
            CommaOr("]");
        }

        return new ListExpression([.. items]);
    }

    private DictExpression ParseDict()
    {
        tokens.ExpectSymbol("{");
        var pairs = new List<(Expression, Expression)>();
        while (!tokens.SkipSymbol("}"))
        {
            var key = expressions.Parse();
            tokens.ExpectSymbol(":");
            pairs.Add((key, expressions.Parse()));
            CommaOr("}");
        }

        return new DictExpression([.. pairs]);
    }

    private void CommaOr(string close)
    {
        if (!tokens.SkipSymbol(",") && !tokens.Current.IsSymbol(close))
        {
            throw tokens.Expected($"',' or '{close}'");
        }
    }

    private Expression ParsePostfix(Expression operand)
    {
        for (var links = 0; ; links++)
        {
            Bound(links);
            if (tokens.SkipSymbol("."))
            {
                operand = ParseAttribute(operand);
            }
            else if (tokens.Current.IsSymbol("["))
            {
                operand = new SubscriptParser(tokens, expressions).Parse(operand);
            }
            else if (tokens.Current.IsSymbol("("))
            {
                operand = new CallExpression(operand, ParseArguments());
            }
            else
            {
                return operand;
            }
        }
    }

    private Expression ParseAttribute(Expression owner)
    {
        var token = tokens.Take();
        return token switch
        {
            { Kind: TokenKind.Name } => new AttributeExpression(owner, token.Text),
            { Kind: TokenKind.Number, Value: long index } => new ItemExpression(owner, new ConstantExpression(index)),
            _ => throw tokens.Failure($"expected a name or a number after '.', found {token.Description}", token.Line),
        };
    }

    private Expression ParseFilters(Expression operand)
    {
        for (var links = 0; ; links++)
        {
            Bound(links);
            if (tokens.SkipSymbol("|"))
            {
                operand = ParseFilter(operand);
            }
            else if (tokens.SkipName("is"))
            {
                operand = ParseTest(operand);
            }
            else if (tokens.Current.IsSymbol("("))
            {
                operand = new CallExpression(operand, ParseArguments());
            }
            else
            {
                return operand;
            }
        }
    }

    private Expression ParseTest(Expression subject)
    {
        var negated = tokens.SkipName("not");
        var name = ParseDottedName("the name of a test");
        var test = new TestExpression(subject, name, ParseTestArguments());
        return negated ? new NotExpression(test) : test;
    }

    /// <summary>A test takes arguments in parentheses, or one operand without.</summary>
    private CallArguments ParseTestArguments()
    {
        var token = tokens.Current;
        if (token.IsSymbol("("))
        {
            return ParseArguments();
        }

        var startsOperand = token.Kind is TokenKind.Name or TokenKind.Text or TokenKind.Number
            || token.IsSymbol("[") || token.IsSymbol("{");
        if (!startsOperand || token is { Kind: TokenKind.Name, Text: "else" or "or" or "and" })
        {
            return CallArguments.None;
        }

        return token.IsName("is")
            ? throw tokens.Failure("tests with 'is' cannot be chained")
            : new CallArguments([ParsePostfix(ParsePrimary())], [], null, null);
    }

    private string ParseDottedName(string what)
    {
        var name = tokens.Expect(TokenKind.Name, what).Text;
        while (tokens.SkipSymbol("."))
        {
            name += "." + tokens.Expect(TokenKind.Name, what).Text;
        }

        return name;
    }

    private void Bound(int links)
    {
        if (links > Limits.TemplateChain)
        {
            throw tokens.Failure($"an expression chains more than {Limits.TemplateChain} dots, calls or filters");
        }
    }
}
