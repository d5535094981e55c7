namespace Preble.Inference;

/// <summary>The names of the weights modes on the command line.</summary>
public static class WeightsModes
{
    /// <summary>In the order of their size, after the default.</summary>
    public static IReadOnlyList<string> Names { get; } = ["native", "int4", "int8", "bf16", "f32"];

    /// <exception cref="ArgumentOutOfRangeException">The name is none of <see cref="Names"/>.</exception>
    public static WeightsMode Parse(string name) => name switch
    {
        "native" => WeightsMode.Native,
        "int4" => WeightsMode.Int4,
        "int8" => WeightsMode.Int8,
        "bf16" => WeightsMode.Bf16,
        "f32" => WeightsMode.F32,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a weights mode"),
    };
}
