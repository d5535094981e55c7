namespace Preble.Core.Text.Jinja;

/// <summary>The parameters and the body of a macro or of a call block.</summary>
internal sealed class MacroParser(TokenStream tokens, ExpressionParser expressions, TargetParser targets)
{
    public MacroParameter[] ParseParameters()
    {
        var parameters = new List<MacroParameter>();
        tokens.ExpectSymbol("(");
        while (!tokens.SkipSymbol(")"))
        {
            if (parameters.Count > 0)
            {
                tokens.ExpectSymbol(",");
            }

            var name = targets.ParseName();
            var value = tokens.SkipSymbol("=") ? expressions.Parse() : null;
            if (value is null && parameters is [.., { Default: not null }])
            {
                throw tokens.Failure($"the parameter '{name}' needs a default, for the one before it has one");
            }

            parameters.Add(new MacroParameter(name, value));
        }

        return [.. parameters];
    }

    public MacroDefinition Parse(string name, MacroParameter[] parameters, Func<Statement> parseBody)
    {
        var first = expressions.Names.Count;
        var body = parseBody();
        var mentioned = expressions.Names[first..];
        return new MacroDefinition(
            name, parameters, body,
            mentioned.Contains("caller"), mentioned.Contains("varargs"), mentioned.Contains("kwargs"));
    }
}
