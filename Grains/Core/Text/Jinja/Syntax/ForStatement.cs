namespace Preble.Core.Text.Jinja;

/// <summary><c>for</c>, with its filter, its <c>else</c> and its recursion. Every round has a scope of its own.</summary>
internal sealed class ForStatement(Target target, Expression items, Expression? filter, int line) : Statement(line)
{
    public required Statement Body { get; init; }

    public required Statement? Otherwise { get; init; }

    public required bool IsRecursive { get; init; }

    /// <summary>Renders the body for the items that <c>loop(items)</c> was given.</summary>
    public string Recurse(RenderContext context, object inner, int depth)
    {
        context.Step();
        return context.Capture(new Rounds(this, inner, depth), context.Scope);
    }

    protected override Flow Run(RenderContext context) => Loop(context, items.Evaluate(context), 0);

    private Flow Loop(RenderContext context, object source, int depth)
    {
        var outer = context.Scope;
        var all = Iteration.Over(context, source);
        var chosen = filter is null ? all : Filtered(context, outer, all);

        // A filtered loop does not know its length before it has asked for all.
        var lengthSource = filter is null ? source : None.Value;
        var loop = new LoopValue(context, lengthSource, chosen, depth, IsRecursive ? this : null);
        var rounds = 0;
        while (loop.MoveNext(out var item))
        {
            rounds++;
            var scope = new Scope(outer);
            scope.Set("loop", loop);
            target.Assign(context, scope, item);
            context.Scope = scope;
            if (Body.Execute(context) == Flow.Break)
            {
                break;
            }
        }

        var flow = Flow.Next;
        if (rounds == 0 && Otherwise is not null)
        {
            context.Scope = new Scope(outer);
            flow = Otherwise.Execute(context);
        }

        context.Scope = outer;
        return flow;
    }

    private IEnumerable<object> Filtered(RenderContext context, Scope outer, IEnumerable<object> all)
    {
        foreach (var item in all)
        {
            var current = context.Scope;
            context.Scope = new Scope(outer);
            target.Assign(context, context.Scope, item);
            var isChosen = Truth.Of(filter!.Evaluate(context));
            context.Scope = current;
            if (isChosen)
            {
                yield return item;
            }
        }
    }

    /// <summary>The loop over other items, as a statement of its own.</summary>
    private sealed class Rounds(ForStatement loop, object source, int depth) : Statement(loop.Line)
    {
        protected override Flow Run(RenderContext context) => loop.Loop(context, source, depth);
    }
}
