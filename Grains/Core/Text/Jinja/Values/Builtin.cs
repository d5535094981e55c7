namespace Preble.Core.Text.Jinja;

/// <summary>The code of a filter, test, method or global function. <paramref name="self"/> is the value it is applied to.</summary>
internal delegate object BuiltinBody(RenderContext context, object self, BoundArguments arguments);

/// <summary>
/// A filter, test, method or global function, declared as <c>name(required, optional?)</c>; a last parameter <c>*</c> takes any more.
/// </summary>
internal sealed class Builtin
{
    private readonly BuiltinBody _body;
    private readonly string[] _parameters;
    private readonly int _required;
    private readonly bool _open;

    public Builtin(string declaration, BuiltinBody body)
    {
        var open = declaration.IndexOf('(', StringComparison.Ordinal);
        var parameters = declaration[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Name = declaration[..open];
        _open = parameters is [.., "*"];
        _parameters = [.. parameters.Where(p => p != "*").Select(p => p.TrimEnd('?'))];
        _required = parameters.Count(p => p != "*" && !p.EndsWith('?'));
        _body = body;
    }

    public string Name { get; }

    public object Call(RenderContext context, object self, Arguments arguments)
    {
        context.Step();
        var bound = new BoundArguments(Name, Bind(arguments), arguments);
        return self is SafeText safe ? SafeText.After(Name, _body(context, safe.Text, bound)) : _body(context, self, bound);
    }

    private object?[] Bind(Arguments arguments)
    {
        var values = _parameters.Length == 0 ? [] : new object?[_parameters.Length];
        if (arguments.Positional.Length > values.Length && !_open)
        {
            throw new TemplateFailure($"{Name}() takes at most {values.Length} arguments ({arguments.Positional.Length} given)");
        }

        for (var i = 0; i < values.Length && i < arguments.Positional.Length; i++)
        {
            values[i] = SafeText.Plain(arguments.Positional[i]);
        }

        foreach (var (name, value) in arguments.Named)
        {
            BindNamed(values, name, value);
        }

        var missing = Array.FindIndex(values, 0, _required, value => value is null);
        return missing < 0
            ? values
            : throw new TemplateFailure($"{Name}() missing 1 required positional argument: '{_parameters[missing]}'");
    }

    private void BindNamed(object?[] values, string name, object value)
    {
        var index = Array.IndexOf(_parameters, name);
        if (index >= 0 && values[index] is null)
        {
            values[index] = SafeText.Plain(value);
        }
        else if (index >= 0)
        {
            throw new TemplateFailure($"{Name}() got multiple values for argument '{name}'");
        }
        else if (!_open)
        {
            throw new TemplateFailure($"{Name}() got an unexpected keyword argument '{name}'");
        }
    }
}
