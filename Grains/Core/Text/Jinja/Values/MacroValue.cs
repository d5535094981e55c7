namespace Preble.Core.Text.Jinja;

/// <summary>A macro, or the body of a call block, with the scope it was written in.</summary>
internal sealed class MacroValue(MacroDefinition definition, Scope home) : ICallable
{
    public string Name => definition.Name;

    public object Call(RenderContext context, Arguments arguments)
    {
        context.Step();
        var scope = new Scope(home);
        Bind(context, scope, arguments);
        return context.Capture(definition.Body, scope);
    }

    private void Bind(RenderContext context, Scope scope, Arguments arguments)
    {
        var parameters = definition.Parameters;
        var named = new List<KeyValuePair<string, object>>(arguments.Named);
        var given = new object?[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            given[i] = i < arguments.Positional.Length ? arguments.Positional[i] : Take(named, parameters[i].Name);
        }

        if (definition.UsesCaller && !Array.Exists(parameters, p => p.Name == "caller"))
        {
            scope.Set("caller", Take(named, "caller") ?? new Undefined("No caller defined"));
        }

        BindRest(context, scope, arguments.Positional, named);

        // Defaults come last and in order: they may speak of parameters before them.
        for (var i = 0; i < parameters.Length; i++)
        {
            scope.Set(parameters[i].Name, given[i] ?? Default(context, scope, parameters[i]));
        }
    }

    private void BindRest(RenderContext context, Scope scope, object[] positional, List<KeyValuePair<string, object>> named)
    {
        if (definition.UsesNamedRest)
        {
            var rest = new DictValue(context);
            named.ForEach(pair => rest.Items[pair.Key] = pair.Value);
            scope.Set("kwargs", rest);
        }
        else if (named.Count > 0)
        {
            throw new TemplateFailure($"macro '{Name}' takes no keyword argument '{named[0].Key}'");
        }

        var taken = Math.Min(definition.Parameters.Length, positional.Length);
        if (definition.UsesRest)
        {
            scope.Set("varargs", new TupleValue(positional[taken..]));
        }
        else if (positional.Length > taken)
        {
            throw new TemplateFailure($"macro '{Name}' takes not more than {definition.Parameters.Length} argument(s)");
        }
    }

    private static object Default(RenderContext context, Scope scope, MacroParameter parameter)
    {
        if (parameter.Default is null)
        {
            return new Undefined($"parameter '{parameter.Name}' was not provided");
        }

        var outer = context.Scope;
        context.Scope = scope;
        try
        {
            return parameter.Default.Evaluate(context);
        }
        finally
        {
            context.Scope = outer;
        }
    }

    private static object? Take(List<KeyValuePair<string, object>> named, string name)
    {
        var index = named.FindIndex(pair => pair.Key == name);
        if (index < 0)
        {
            return null;
        }

        var value = named[index].Value;
        named.RemoveAt(index);
        return value;
    }
}
