using System.Diagnostics.CodeAnalysis;

namespace Preble.Core.Text.Jinja;

/// <summary>
/// What a missing name or attribute gives: it prints nothing and is empty, but asking anything of it fails with its message.
/// </summary>
internal sealed class Undefined(string message)
{
    private static readonly string[] ListChanges = ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"];
    private static readonly string[] DictChanges = ["clear", "pop", "popitem", "setdefault", "update"];

    public static Undefined OfName(string name) => new($"'{name}' is undefined");

    /// <summary>For an attribute that is missing, or that the sandbox withholds: internals, and methods that change their object.</summary>
    public static Undefined OfAttribute(object owner, string name)
    {
        var withheld = name.StartsWith("__", StringComparison.Ordinal)
            || (owner is ListValue && ListChanges.Contains(name))
            || (owner is DictValue && DictChanges.Contains(name));
        return new(withheld
            ? $"access to attribute '{name}' of '{TypeName.Of(owner)}' object is unsafe."
            : $"'{TypeName.Described(owner)}' has no attribute {Repr.OfText(name)}");
    }

    public static Undefined OfItem(RenderContext context, object owner, object key) => key is string name
        ? OfAttribute(owner, name)
        : new($"{TypeName.Described(owner)} has no element {Repr.Of(context, key)}");

    [DoesNotReturn]
    public object Fail() => throw new TemplateFailure(message);
}
