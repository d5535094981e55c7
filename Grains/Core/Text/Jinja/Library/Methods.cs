using System.Collections.Frozen;

namespace Preble.Core.Text.Jinja;

/// <summary>The methods of Python's types that a template may call. A table, and no reflection: what is not here does not exist.</summary>
internal static class Methods
{
    private static readonly FrozenDictionary<string, Builtin> OfText = Table(TextMethods.All.Concat(TextCaseMethods.All));

    private static readonly FrozenDictionary<string, Builtin> OfDict = Table(
    [
        new("get(key, default?)", (_, self, a) => ((DictValue)self).Find(a.Required(0)) ?? a[1] ?? None.Value),
        new("items()", (_, self, _) => DictView.OfItems((DictValue)self)),
        new("keys()", (_, self, _) => DictView.OfKeys((DictValue)self)),
        new("values()", (_, self, _) => DictView.OfValues((DictValue)self)),

        // Nothing can change a dict, so a copy may be the dict itself.
        new("copy()", (_, self, _) => self),
    ]);

    private static readonly FrozenDictionary<string, Builtin> OfSequence = Table(
    [
        new("count(value)", (c, self, a) => Boxes.Of(Iteration.Over(c, self).Count(item => Equality.Of(c, item, a.Required(0))))),
        new("index(value)", IndexOf),
        new("copy()", (_, self, _) => self),
    ]);

    private static readonly FrozenDictionary<string, Builtin> OfCycler = Table(
    [
        new("next()", (_, self, _) => ((CyclerValue)self).Next()),
        new("reset()", Reset),
    ]);

    private static readonly FrozenDictionary<string, Builtin> OfFloat = Table(
    [
        new("is_integer()", (_, self, _) => Boxes.Of(Math.Floor((double)self) == (double)self)),
    ]);

    public static Builtin? Find(object owner, string name) => owner switch
    {
        string => OfText.GetValueOrDefault(name),
        DictValue => OfDict.GetValueOrDefault(name),
        ISequenceValue => OfSequence.GetValueOrDefault(name),
        CyclerValue => OfCycler.GetValueOrDefault(name),
        double => OfFloat.GetValueOrDefault(name),
        _ => null,
    };

    private static FrozenDictionary<string, Builtin> Table(IEnumerable<Builtin> methods) =>
        methods.ToFrozenDictionary(method => method.Name);

    private static object IndexOf(RenderContext context, object self, BoundArguments arguments)
    {
        var index = 0;
        foreach (var item in Iteration.Over(context, self))
        {
            if (Equality.Of(context, item, arguments.Required(0)))
            {
                return Boxes.Of(index);
            }

            index++;
        }

        throw new TemplateFailure($"{Repr.Of(context, arguments.Required(0))} is not in {TypeName.Of(self)}");
    }

    private static object Reset(RenderContext context, object self, BoundArguments arguments)
    {
        ((CyclerValue)self).Reset();
        return None.Value;
    }
}
