using System.Collections.Frozen;

namespace Preble.Core.Text.Jinja;

/// <summary>Jinja's tests, which stand after <c>is</c>.</summary>
internal static class TestTable
{
    private static readonly FrozenDictionary<string, Builtin> Tests = All().ToFrozenDictionary(test => test.Key, test => test.Value);

    public static Builtin? Find(string name) => Tests.GetValueOrDefault(name);

    private static IEnumerable<KeyValuePair<string, Builtin>> All() =>
    [
        .. Kinds().Select(Named),
        .. Properties().Select(Named),
        .. Relation("==", "eq", "equalto"),
        .. Relation("!=", "ne"),
        .. Relation(">", "gt", "greaterthan"),
        .. Relation(">=", "ge"),
        .. Relation("<", "lt", "lessthan"),
        .. Relation("<=", "le"),
    ];

    private static KeyValuePair<string, Builtin> Named(Builtin test) => KeyValuePair.Create(test.Name, test);

    private static Builtin Kind(string name, Func<object, bool> holds) => new(name + "()", (_, self, _) => Boxes.Of(holds(self)));

    private static Builtin[] Kinds() =>
    [
        Kind("defined", value => value is not Undefined),
        Kind("undefined", value => value is Undefined),
        Kind("none", value => value is None),
        Kind("boolean", value => value is bool),
        Kind("true", value => value is true),
        Kind("false", value => value is false),
        Kind("integer", value => value is long),
        Kind("float", value => value is double),
        Kind("number", Numbers.IsNumber),
        Kind("string", value => value is string),
        Kind("mapping", value => value is DictValue),
        Kind("sequence", value => value is string or ISequenceValue or DictValue or Undefined),
        Kind("iterable", Iteration.IsIterable),
        Kind("callable", value => value is ICallable or Undefined),
        Kind("escaped", _ => false),
    ];

    private static Builtin[] Properties() =>
    [
        new("odd()", (c, self, _) => Boxes.Of(Rest(c, self, Boxes.Of(2)) is 1L or 1.0)),
        new("even()", (c, self, _) => Boxes.Of(Rest(c, self, Boxes.Of(2)) is 0L or 0.0)),
        new("divisibleby(num)", (c, self, a) => Boxes.Of(Rest(c, self, a.Required(0)) is 0L or 0.0)),
        new("lower()", (c, self, _) => Boxes.Of(Letters.AreLower(Repr.Str(c, self)))),
        new("upper()", (c, self, _) => Boxes.Of(Letters.AreUpper(Repr.Str(c, self)))),
        new("sameas(other)", (_, self, a) => Boxes.Of(IsSame(self, a.Required(0)))),
        new("in(seq)", (c, self, a) => Boxes.Of(Iteration.Contains(c, a.Required(0), self))),
        new("filter()", (_, self, _) => Boxes.Of(self is string name && FilterTable.Find(name) is not null)),
        new("test()", (_, self, _) => Boxes.Of(self is string name && Find(name) is not null)),
    ];

    private static object Rest(RenderContext context, object value, object divisor) => Arithmetic.Apply(context, "%", value, divisor);

    /// <summary>Small values are the same object in Python; ours are boxed, so they are compared by value.</summary>
    private static bool IsSame(object left, object right) =>
        left is bool or long or string ? left.Equals(right) : ReferenceEquals(left, right);

    private static IEnumerable<KeyValuePair<string, Builtin>> Relation(string symbol, params string[] names)
    {
        BuiltinBody body = symbol switch
        {
            "==" => (c, self, a) => Boxes.Of(Equality.Of(c, self, a.Required(0))),
            "!=" => (c, self, a) => Boxes.Of(!Equality.Of(c, self, a.Required(0))),
            _ => (c, self, a) => Boxes.Of(Ordering.Holds(c, symbol, self, a.Required(0))),
        };
        return names.Append(symbol).Select(name => KeyValuePair.Create(name, new Builtin(name + "(other)", body)));
    }
}
