namespace Preble.Core.Text.Jinja;

/// <summary>The arguments of a call as written: positional, named, <c>*list</c> and <c>**dict</c>.</summary>
internal sealed record CallArguments(
    Expression[] Positional, (string Name, Expression Value)[] Named, Expression? Star, Expression? DoubleStar)
{
    public static readonly CallArguments None = new([], [], null, null);

    public Arguments Evaluate(RenderContext context)
    {
        if (Positional.Length == 0 && Named.Length == 0 && Star is null && DoubleStar is null)
        {
            return Arguments.Empty;
        }

        var positional = Array.ConvertAll(Positional, argument => argument.Evaluate(context));
        var named = Array.ConvertAll(Named, argument => KeyValuePair.Create(argument.Name, argument.Value.Evaluate(context)));
        return new Arguments(
            Star is null ? positional : [.. positional, .. Iteration.Over(context, Star.Evaluate(context))],
            DoubleStar is null ? named : [.. named, .. Spread(DoubleStar.Evaluate(context))]);
    }

    private static IEnumerable<KeyValuePair<string, object>> Spread(object value) => value is DictValue dict
        ? dict.Items.Select(pair => KeyValuePair.Create(
            pair.Key as string ?? throw new TemplateFailure("keywords must be strings"), pair.Value))
        : throw new TemplateFailure($"argument after ** must be a mapping, not {TypeName.Of(value)}");
}

/// <summary><c>callee(…)</c>. A call block adds its body as the argument <c>caller</c>.</summary>
internal sealed class CallExpression(Expression callee, CallArguments arguments) : Expression
{
    public object Call(RenderContext context, KeyValuePair<string, object>[] more)
    {
        var target = callee.Evaluate(context);
        var values = arguments.Evaluate(context);
        (target as Undefined)?.Fail();
        return target is ICallable callable
            ? callable.Call(context, more.Length == 0 ? values : values with { Named = [.. values.Named, .. more] })
            : throw new TemplateFailure($"'{TypeName.Of(target)}' object is not callable");
    }

    protected override object Compute(RenderContext context) => Call(context, []);
}
