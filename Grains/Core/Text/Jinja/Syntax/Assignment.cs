namespace Preble.Core.Text.Jinja;

/// <summary>What can stand left of an assignment.</summary>
internal abstract class Target
{
    public abstract void Assign(RenderContext context, Scope scope, object value);
}

internal sealed class NameTarget(string name) : Target
{
    public override void Assign(RenderContext context, Scope scope, object value) => scope.Set(name, value);
}

/// <summary><c>space.name</c>, which only a namespace allows.</summary>
internal sealed class AttributeTarget(string space, string name) : Target
{
    public override void Assign(RenderContext context, Scope scope, object value)
    {
        if (context.Scope.Find(space) is not NamespaceValue owner)
        {
            throw new TemplateFailure("cannot assign attribute on non-namespace object");
        }

        owner.Set(name, value);
    }
}

/// <summary><c>a, b</c>: takes a value apart.</summary>
internal sealed class TupleTarget(Target[] targets) : Target
{
    public override void Assign(RenderContext context, Scope scope, object value)
    {
        (value as Undefined)?.Fail();
        if (!Iteration.IsIterable(value))
        {
            throw new TemplateFailure($"cannot unpack non-iterable {TypeName.Of(value)} object");
        }

        // One item more than wanted is enough to know that there are too many.
        object[] items = [.. Iteration.Over(context, value).Take(targets.Length + 1)];
        if (items.Length != targets.Length)
        {
            throw new TemplateFailure(items.Length > targets.Length
                ? $"too many values to unpack (expected {targets.Length})"
                : $"not enough values to unpack (expected {targets.Length}, got {items.Length})");
        }

        for (var i = 0; i < items.Length; i++)
        {
            targets[i].Assign(context, scope, items[i]);
        }
    }
}

/// <summary><c>{% set target = value %}</c>.</summary>
internal sealed class SetStatement(Target target, Expression value, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        target.Assign(context, context.Scope, value.Evaluate(context));
        return Flow.Next;
    }
}

/// <summary><c>{% set target | filter %} … {% endset %}</c>.</summary>
internal sealed class SetBlockStatement(Target target, FilterExpression? filter, Statement body, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        object text = context.Capture(body, new Scope(context.Scope));
        target.Assign(context, context.Scope, filter?.ApplyTo(context, text) ?? text);
        return Flow.Next;
    }
}

/// <summary><c>{% with a = 1, b = 2 %}</c>: the values are those of the scope outside.</summary>
internal sealed class WithStatement((Target Target, Expression Value)[] assignments, Statement body, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        var outer = context.Scope;
        var scope = new Scope(outer);
        foreach (var (target, value) in assignments)
        {
            target.Assign(context, scope, value.Evaluate(context));
        }

        context.Scope = scope;
        var flow = body.Execute(context);
        context.Scope = outer;
        return flow;
    }
}
