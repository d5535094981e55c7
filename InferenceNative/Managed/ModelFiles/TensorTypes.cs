namespace Preble.Inference.ModelFiles;

/// <summary>The sizes of the supported tensor types, and the names of those that are only known.</summary>
public static class TensorTypes
{
    /// <summary>What a refusal names as the way out.</summary>
    public const string Supported = "F32, F16, BF16, Q8_0, Q6_K, Q5_K, Q5_0, Q5_1, Q4_K, Q4_0, Q4_1, IQ4_NL, IQ4_XS, Q3_K and Q2_K";

    // GGML's names by number; an empty name was withdrawn or never given.
    private static readonly string[] Names =
    [
        "F32", "F16", "Q4_0", "Q4_1", "", "", "Q5_0", "Q5_1", "Q8_0", "Q8_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K",
        "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS", "I8", "I16", "I32", "I64", "F64", "IQ1_M", "BF16",
        "", "", "", "TQ1_0", "TQ2_0", "", "", "", "MXFP4",
    ];

    public static bool IsSupported(uint number) => number <= int.MaxValue && BlockBytes((TensorType)number) > 0;

    public static string NameOf(uint number)
        => number < Names.Length && Names[number].Length > 0 ? Names[number] : $"number {number}";

    /// <summary>Elements that are stored together; a row holds a whole number of them.</summary>
    public static int BlockElements(TensorType type) => type switch
    {
        TensorType.F32 or TensorType.F16 or TensorType.BF16 => 1,
        TensorType.Q4_0 or TensorType.Q4_1 or TensorType.Q5_0 or TensorType.Q5_1 or TensorType.Q8_0 or TensorType.IQ4_NL => 32,
        _ => 256,
    };

    /// <summary>Bytes of one block of elements; 0 for a type that is not supported.</summary>
    public static int BlockBytes(TensorType type) => type switch
    {
        TensorType.F32 => 4,
        TensorType.F16 or TensorType.BF16 => 2,
        TensorType.Q4_0 or TensorType.IQ4_NL => 18,
        TensorType.Q4_1 => 20,
        TensorType.Q5_0 => 22,
        TensorType.Q5_1 => 24,
        TensorType.Q8_0 => 34,
        TensorType.Q2_K => 84,
        TensorType.Q3_K => 110,
        TensorType.Q4_K => 144,
        TensorType.Q5_K => 176,
        TensorType.Q6_K => 210,
        TensorType.IQ4_XS => 136,
        _ => 0,
    };
}
