namespace Preble.Core.Text.Jinja;

internal sealed record MacroParameter(string Name, Expression? Default);

/// <summary>A macro as written. What its body mentions decides whether it takes more arguments than it names.</summary>
internal sealed record MacroDefinition(
    string Name, MacroParameter[] Parameters, Statement Body, bool UsesCaller, bool UsesRest, bool UsesNamedRest);

/// <summary><c>{% macro name(…) %}</c>: gives the macro its name in the scope around it.</summary>
internal sealed class MacroStatement(MacroDefinition definition, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        context.Scope.Set(definition.Name, new MacroValue(definition, context.Scope));
        return Flow.Next;
    }
}

/// <summary><c>{% call(…) macro(…) %} … {% endcall %}</c>: calls the macro and hands it the body as <c>caller</c>.</summary>
internal sealed class CallStatement(CallExpression call, MacroDefinition caller, int line) : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        var body = new MacroValue(caller, context.Scope);
        context.Write(Repr.Str(context, call.Call(context, [KeyValuePair.Create("caller", (object)body)])));
        return Flow.Next;
    }
}
