namespace Preble.Core.Text.Jinja;

/// <summary>The arguments of a builtin by the number of their parameter; null where the call gave none.</summary>
internal readonly struct BoundArguments(string name, object?[] values, Arguments all)
{
    /// <summary>The call as it was written, for functions of any number of arguments.</summary>
    public Arguments All => all;

    public object? this[int index] => values[index];

    public object Required(int index) => values[index]!;

    /// <summary>An argument that was given and is not None.</summary>
    public object? Given(int index) => values[index] is None ? null : values[index];

    public bool Flag(int index) => values[index] is { } value && Truth.Of(value);

    public string Text(int index) => values[index] as string ?? throw Wrong(index, "str");

    public string TextOr(int index, string otherwise) => Given(index) is null ? otherwise : Text(index);

    public long Whole(int index) => values[index] switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => throw Wrong(index, "int"),
    };

    public long WholeOr(int index, long otherwise) => Given(index) is null ? otherwise : Whole(index);

    private TemplateFailure Wrong(int index, string expected)
    {
        if (values[index] is Undefined undefined)
        {
            undefined.Fail();
        }

        return new($"{name}() argument {index + 1} must be {expected}, not {TypeName.Of(values[index]!)}");
    }
}
