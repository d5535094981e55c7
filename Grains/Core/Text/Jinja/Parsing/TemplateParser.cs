namespace Preble.Core.Text.Jinja;

/// <summary>Turns tokens into the tree of statements. Each tag has one method that reads it to its end tag.</summary>
internal sealed class TemplateParser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;
    private readonly TargetParser _targets;
    private readonly MacroParser _macros;
    private int _loops;

    private TemplateParser(TokenStream tokens)
    {
        _tokens = tokens;
        _expressions = new ExpressionParser(tokens);
        _targets = new TargetParser(tokens);
        _macros = new MacroParser(tokens, _expressions, _targets);
    }

    public static Statement Parse(string source)
    {
        var parser = new TemplateParser(new TokenStream(Lexer.Tokenize(source)));
        return parser.ParseUntil([]).Body;
    }

    /// <summary>Statements up to one of the given tags, whose name is taken and returned; without names, up to the end.</summary>
    private (Statement Body, string End) ParseUntil(string[] ends)
    {
        var statements = new List<Statement>();
        var line = _tokens.Current.Line;
        while (_tokens.Current.Kind != TokenKind.End)
        {
            var token = _tokens.Take();
            if (token.Kind == TokenKind.Data)
            {
                statements.Add(new TextStatement(token.Text, token.Line));
            }
            else if (token.Kind == TokenKind.VariableBegin)
            {
                statements.Add(new PrintStatement(_expressions.ParseTuple(), token.Line));
                _tokens.Expect(TokenKind.VariableEnd, "'}}'");
            }
            else if (_tokens.Current.Kind == TokenKind.Name && ends.Contains(_tokens.Current.Text))
            {
                return (new Block([.. statements], line), _tokens.Take().Text);
            }
            else
            {
                statements.Add(ParseTag(ends));
                EndTag();
            }
        }

        return ends.Length == 0
            ? (new Block([.. statements], line), string.Empty)
            : throw _tokens.Expected($"{{% {string.Join(" or ", ends)} %}} for the tag in line {line}");
    }

    /// <summary>A body between the end of its tag and one of the given tags.</summary>
    private (Statement Body, string End) ParseBody(params string[] ends)
    {
        _tokens.SkipSymbol(":");
        EndTag();
        _tokens.Enter();
        var body = ParseUntil(ends);
        _tokens.Leave();
        return body;
    }

    private void EndTag() => _tokens.Expect(TokenKind.BlockEnd, "'%}'");

    private Statement ParseTag(string[] ends)
    {
        var (name, line) = (_tokens.Expect(TokenKind.Name, "the name of a tag"), _tokens.Current.Line);
        return name.Text switch
        {
            "if" => ParseIf(line),
            "for" => ParseFor(line),
            "set" => ParseSet(line),
            "macro" => ParseMacro(line),
            "call" => ParseCall(line),
            "filter" => new FilterStatement(_expressions.ParseFilter(null), ParseIsolated("endfilter"), line),
            "generation" => new GenerationStatement(ParseIsolated("endgeneration"), line),
            "with" => ParseWith(line),
            "break" or "continue" when _loops > 0 => new JumpStatement(name.Text == "break" ? Flow.Break : Flow.Continue, line),
            "break" or "continue" => throw _tokens.Failure($"'{name.Text}' outside of a loop", line),
            _ => throw _tokens.Failure(
                ends.Length == 0
                    ? $"unknown tag '{name.Text}'"
                    : $"unknown tag '{name.Text}', expected a statement or {string.Join(" or ", ends)}", line),
        };
    }

    private IfStatement ParseIf(int line)
    {
        var branches = new List<(Expression, Statement)>();
        while (true)
        {
            var condition = _expressions.ParseTuple(withConditional: false);
            var (body, end) = ParseBody("elif", "else", "endif");
            branches.Add((condition, body));
            if (end != "elif")
            {
                return new IfStatement([.. branches], end == "else" ? ParseBody("endif").Body : null, line);
            }
        }
    }

    private ForStatement ParseFor(int line)
    {
        var target = _targets.Parse(withAttributes: false);
        _tokens.ExpectName("in");
        var items = _expressions.ParseTuple(withConditional: false, endName: "recursive");
        var filter = _tokens.SkipName("if") ? _expressions.Parse() : null;
        var isRecursive = _tokens.SkipName("recursive");
        _loops++;
        var (body, end) = ParseBody("endfor", "else");
        _loops--;
        var otherwise = end == "else" ? ParseBody("endfor").Body : null;
        return new ForStatement(target, items, filter, line) { Body = body, Otherwise = otherwise, IsRecursive = isRecursive };
    }

    private Statement ParseSet(int line)
    {
        var target = _targets.Parse(withAttributes: true);
        if (_tokens.SkipSymbol("="))
        {
            return new SetStatement(target, _expressions.ParseTuple(), line);
        }

        var filter = _tokens.SkipSymbol("|") ? _expressions.ParseFilter(null) : null;
        return new SetBlockStatement(target, filter, ParseIsolated("endset"), line);
    }

    private MacroStatement ParseMacro(int line)
    {
        var name = _targets.ParseName();
        return new MacroStatement(_macros.Parse(name, _macros.ParseParameters(), () => ParseIsolated("endmacro")), line);
    }

    private CallStatement ParseCall(int line)
    {
        var parameters = _tokens.Current.IsSymbol("(") ? _macros.ParseParameters() : [];
        if (_expressions.Parse() is not CallExpression call)
        {
            throw _tokens.Failure("a call block needs a call, as in {% call name() %}", line);
        }

        return new CallStatement(call, _macros.Parse("caller", parameters, () => ParseIsolated("endcall")), line);
    }

    private WithStatement ParseWith(int line)
    {
        var assignments = new List<(Target, Expression)>();
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (assignments.Count > 0)
            {
                _tokens.ExpectSymbol(",");
            }

            var target = new NameTarget(_targets.ParseName());
            _tokens.ExpectSymbol("=");
            assignments.Add((target, _expressions.Parse()));
        }

        return new WithStatement([.. assignments], ParseBody("endwith").Body, line);
    }

    /// <summary>A body that is rendered on its own, so that no jump can leave it for a loop around it.</summary>
    private Statement ParseIsolated(string end)
    {
        var loops = _loops;
        _loops = 0;
        var body = ParseBody(end).Body;
        _loops = loops;
        return body;
    }
}
