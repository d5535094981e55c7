namespace Preble.Core.Engine;

/// <summary>The names of the KV types on the command line.</summary>
public static class KvTypes
{
    public static IReadOnlyList<string> Names { get; } = ["default", "f32", "f16", "int8"];

    /// <exception cref="ArgumentOutOfRangeException">The name is none of <see cref="Names"/>.</exception>
    public static KvType Parse(string name) => name switch
    {
        "default" => KvType.Default,
        "f32" => KvType.F32,
        "f16" => KvType.F16,
        "int8" => KvType.Int8,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a KV type"),
    };
}
