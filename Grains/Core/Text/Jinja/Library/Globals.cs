using System.Collections.Frozen;

namespace Preble.Core.Text.Jinja;

/// <summary>The functions that every template knows: Jinja's, and the two that Hugging Face adds.</summary>
internal static class Globals
{
    /// <summary>Jinja's sandbox allows no longer range.</summary>
    private const long LongestRange = 100_000;

    private static readonly FrozenDictionary<string, GlobalFunction> Functions = new Builtin[]
    {
        new("raise_exception(message)", (c, _, a) => throw new TemplateFailure(Repr.Str(c, a.Required(0)), refusal: true)),
        new("strftime_now(format)", (c, _, a) => TimeFormat.Apply(
            c, c.Now ?? throw new TemplateFailure("the template asks for the time, but the variable 'now' is not set"), a.Text(0))),
        new("namespace(*)", MakeNamespace),
        new("dict(*)", (c, _, a) => MakeDict(c, a.All)),
        new("range(start, stop?, step?)", MakeRange),
        new("cycler(*)", (_, _, a) => a.All.Positional is { Length: > 0 } items
            ? new CyclerValue(items)
            : throw new TemplateFailure("at least one item has to be provided")),
        new("joiner(sep?)", (_, _, a) => new JoinerValue(a[0] ?? ", ")),
    }.ToFrozenDictionary(function => function.Name, function => new GlobalFunction(function));

    public static object? Find(string name) => Functions.GetValueOrDefault(name);

    private static NamespaceValue MakeNamespace(RenderContext context, object self, BoundArguments arguments)
    {
        var space = new NamespaceValue();
        foreach (var (key, value) in MakeDict(context, arguments.All).Items)
        {
            space.Set(key as string ?? throw new TemplateFailure("the names in a namespace must be strings"), value);
        }

        return space;
    }

    private static DictValue MakeDict(RenderContext context, Arguments arguments)
    {
        if (arguments.Positional.Length > 1)
        {
            throw new TemplateFailure($"dict expected at most 1 argument, got {arguments.Positional.Length}");
        }

        var dict = new DictValue(context);
        foreach (var source in arguments.Positional)
        {
            AddAll(context, dict, source);
        }

        foreach (var (name, value) in arguments.Named)
        {
            dict.Items[name] = value;
        }

        return dict;
    }

    private static void AddAll(RenderContext context, DictValue dict, object source)
    {
        foreach (var item in Iteration.Over(context, source is DictValue other ? DictView.OfItems(other) : source))
        {
            dict.Items[Pair(context, item)[0]] = Pair(context, item)[1];
        }
    }

    private static object[] Pair(RenderContext context, object item) => item switch
    {
        TupleValue { Items: { Length: 2 } pair } => pair,
        _ when Iteration.Count(item) == 2 => [.. Iteration.Over(context, item)],
        _ => throw new TemplateFailure("dictionary update sequence elements must be pairs"),
    };

    private static object MakeRange(RenderContext context, object self, BoundArguments arguments)
    {
        var (start, stop) = arguments[1] is null ? (0, arguments.Whole(0)) : (arguments.Whole(0), arguments.Whole(1));
        var step = arguments[2] is null ? 1 : arguments.Whole(2);
        if (step == 0)
        {
            throw new TemplateFailure("range() arg 3 must not be zero");
        }

        var distance = step > 0 ? (Int128)stop - start : (Int128)start - stop;
        var count = distance <= 0 ? 0 : ((distance - 1) / Int128.Abs(step)) + 1;
        return count <= LongestRange
            ? new RangeValue(start, step, (int)count) { Stop = stop }
            : throw new TemplateFailure($"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({LongestRange}).");
    }
}
