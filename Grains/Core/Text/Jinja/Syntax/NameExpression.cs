namespace Preble.Core.Text.Jinja;

/// <summary>A variable, or a function that every template knows.</summary>
internal sealed class NameExpression(string name) : Expression
{
    private readonly object? _global = Globals.Find(name);

    public string Name => name;

    protected override object Compute(RenderContext context) => context.Scope.Find(name) ?? _global ?? Undefined.OfName(name);
}
