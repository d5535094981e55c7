namespace Preble.Core.Text.Jinja;

/// <summary>What an assignment may assign to: names, tuples of them, and attributes of a namespace.</summary>
internal sealed class TargetParser(TokenStream tokens)
{
    /// <summary>One target, or several with commas, which take a tuple apart.</summary>
    public Target Parse(bool withAttributes)
    {
        tokens.Enter();
        var targets = new List<Target> { ParseOne(withAttributes) };
        var isTuple = false;
        while (tokens.SkipSymbol(","))
        {
            isTuple = true;
            if (tokens.Current.Kind is not (TokenKind.Name or TokenKind.Symbol)
                || tokens.Current.IsName("in") || tokens.Current.IsSymbol("="))
            {
                break;
            }

            targets.Add(ParseOne(withAttributes));
        }

        tokens.Leave();
        return isTuple ? new TupleTarget([.. targets]) : targets[0];
    }

    public string ParseName()
    {
        var token = tokens.Expect(TokenKind.Name, "a name");
        return token.Text is "true" or "True" or "false" or "False" or "none" or "None"
            ? throw tokens.Failure($"cannot assign to '{token.Text}'", token.Line)
            : token.Text;
    }

    private Target ParseOne(bool withAttributes)
    {
        if (tokens.SkipSymbol("("))
        {
            var inner = Parse(withAttributes: false);
            tokens.ExpectSymbol(")");
            return inner;
        }

        var name = ParseName();
        return withAttributes && tokens.SkipSymbol(".")
            ? new AttributeTarget(name, tokens.Expect(TokenKind.Name, "the name of an attribute").Text)
            : new NameTarget(name);
    }
}
