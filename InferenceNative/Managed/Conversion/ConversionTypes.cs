using Preble.Inference.ModelFiles;

namespace Preble.Inference.Conversion;

/// <summary>Which types a model can be converted to, and which type each of its tensors gets then: as the native library holds them.</summary>
public static class ConversionTypes
{
    internal const string FileTypeKey = "general.file_type";

    private const string Router = "ffn_gate_inp";

    private static readonly Dictionary<string, TensorType> ByName = new(StringComparer.Ordinal)
    {
        ["q4_0"] = TensorType.Q4_0, ["q4_1"] = TensorType.Q4_1, ["q8_0"] = TensorType.Q8_0, ["bf16"] = TensorType.BF16, ["f16"] = TensorType.F16,
        ["f32"] = TensorType.F32,
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Null when there is no such type to convert to.</summary>
    public static TensorType? Find(string name) => ByName.TryGetValue(name, out var type) ? type : null;

    /// <summary>The type of a tensor in a file converted to <paramref name="wanted"/>: norms, biases and routers stay, odd widths become BF16.</summary>
    /// <param name="shape">Columns first.</param>
    internal static TensorType Of(string name, TensorType stored, TensorType wanted, IReadOnlyList<long> shape)
    {
        if (shape.Count == 1 || name.Contains(Router, StringComparison.Ordinal))
        {
            return stored;
        }

        if (shape[0] % TensorTypes.BlockElements(wanted) != 0)
        {
            return TensorType.BF16;
        }

        var vocabulary = name is "token_embd.weight" or "output.weight";
        return vocabulary && wanted is (TensorType.Q4_0 or TensorType.Q4_1) ? TensorType.Q8_0 : wanted;
    }

    /// <summary>GGUF's number for what most of a file's tensors are, which some tools show.</summary>
    internal static long FileType(TensorType type) => type switch
    {
        TensorType.F16 => 1,
        TensorType.Q4_0 => 2,
        TensorType.Q4_1 => 3,
        TensorType.Q8_0 => 7,
        TensorType.BF16 => 32,
        _ => 0,
    };
}
