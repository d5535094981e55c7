namespace Preble.Core.Text.Jinja;

/// <summary>A piece of a template that has a value. Immutable: one tree serves all renderings.</summary>
internal abstract class Expression
{
    public object Evaluate(RenderContext context)
    {
        context.Step();
        return Compute(context);
    }

    protected abstract object Compute(RenderContext context);
}
