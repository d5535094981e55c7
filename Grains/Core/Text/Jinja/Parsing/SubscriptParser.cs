namespace Preble.Core.Text.Jinja;

/// <summary><c>[key]</c> and <c>[start:stop:step]</c>.</summary>
internal sealed class SubscriptParser(TokenStream tokens, ExpressionParser expressions)
{
    public Expression Parse(Expression owner)
    {
        tokens.ExpectSymbol("[");
        var start = tokens.Current.IsSymbol(":") ? null : expressions.Parse();
        if (start is not null && !tokens.Current.IsSymbol(":"))
        {
            var key = tokens.Current.IsSymbol(",") ? ParseTupleKey(start) : start;
            tokens.ExpectSymbol("]");
            return new ItemExpression(owner, key);
        }

        tokens.ExpectSymbol(":");
        var stop = ParseBound();
        var step = tokens.SkipSymbol(":") ? ParseBound() : null;
        tokens.ExpectSymbol("]");
        return new SliceExpression(owner, start, stop, step);
    }

    private TupleExpression ParseTupleKey(Expression first)
    {
        var items = new List<Expression> { first };
        while (tokens.SkipSymbol(",") && !tokens.Current.IsSymbol("]"))
        {
            items.Add(expressions.Parse());
        }

        return new TupleExpression([.. items]);
    }

    private Expression? ParseBound() => tokens.Current.IsSymbol(":") || tokens.Current.IsSymbol("]") ? null : expressions.Parse();
}
