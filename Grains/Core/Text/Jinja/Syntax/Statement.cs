namespace Preble.Core.Text.Jinja;

/// <summary>Where a statement sends the loop around it.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>A piece of a template that does something. Immutable: one tree serves all renderings.</summary>
internal abstract class Statement(int line)
{
    public int Line => line;

    public Flow Execute(RenderContext context)
    {
        context.Step();
        context.Line = line;
        return Run(context);
    }

    protected abstract Flow Run(RenderContext context);
}

/// <summary>Statements one after the other.</summary>
internal sealed class Block(Statement[] statements, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        foreach (var statement in statements)
        {
            var flow = statement.Execute(context);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }
}

/// <summary><c>break</c> and <c>continue</c>.</summary>
internal sealed class JumpStatement(Flow flow, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context) => flow;
}
