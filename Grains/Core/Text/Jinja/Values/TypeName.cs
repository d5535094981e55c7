namespace Preble.Core.Text.Jinja;

/// <summary>Python's names of the types, for its error messages.</summary>
internal static class TypeName
{
    public static string Of(object value) => value switch
    {
        None => "NoneType",
        bool => "bool",
        long => "int",
        double => "float",
        string or SafeText => "str",
        ListValue => "list",
        TupleValue => "tuple",
        DictValue => "dict",
        RangeValue => "range",
        DictView view => view.TypeName,
        GeneratorValue => "generator",
        Undefined => "Undefined",
        NamespaceValue => "Namespace",
        LoopValue => "LoopContext",
        MacroValue => "Macro",
        BoundMethod => "builtin_function_or_method",
        CyclerValue => "Cycler",
        JoinerValue => "Joiner",
        _ => "function",
    };

    /// <summary>The type as the messages of undefined values spell it.</summary>
    public static string Described(object value) => value switch
    {
        None => "None",
        NamespaceValue or CyclerValue or JoinerValue => $"jinja2.utils.{Of(value)} object",
        MacroValue or LoopValue => $"jinja2.runtime.{Of(value)} object",
        _ => $"{Of(value)} object",
    };
}
