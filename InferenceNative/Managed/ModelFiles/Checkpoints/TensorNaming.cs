using System.Globalization;

namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>How a format names the tensors of a Llama.</summary>
public sealed class TensorNaming
{
    private const string Weight = ".weight";

    private readonly string _layerPrefix;
    private readonly Dictionary<string, TensorRole> _once;
    private readonly Dictionary<string, TensorRole> _perLayer;

    private TensorNaming(string layerPrefix, string[] once, string[] perLayer)
    {
        _layerPrefix = layerPrefix;
        _once = Number(once, TensorRole.TokenEmbedding);
        _perLayer = Number(perLayer, TensorRole.AttentionNorm);
    }

    public static TensorNaming Gguf { get; } = new(
        "blk.",
        ["token_embd", "output_norm", "output"],
        ["attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down"]);

    public static TensorNaming HuggingFace { get; } = new(
        "model.layers.",
        ["model.embed_tokens", "model.norm", "lm_head"],
        [
            "input_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
            "post_attention_layernorm", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
        ]);

    /// <summary>Role and layer of a tensor; role None when a Llama has no use for it.</summary>
    public (TensorRole Role, int Layer) Find(string name)
    {
        if (!name.EndsWith(Weight, StringComparison.Ordinal))
        {
            return default;
        }

        var stem = name[..^Weight.Length];
        if (_once.TryGetValue(stem, out var role))
        {
            return (role, 0);
        }

        if (!stem.StartsWith(_layerPrefix, StringComparison.Ordinal))
        {
            return default;
        }

        var number = stem.AsSpan(_layerPrefix.Length);
        var dot = number.IndexOf('.');
        return dot > 0 && int.TryParse(number[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
            ? (_perLayer.GetValueOrDefault(number[(dot + 1)..].ToString()), layer)
            : default;
    }

    /// <summary>The name of a tensor, for a message about its absence.</summary>
    public string NameOf(TensorRole role, int layer)
    {
        var once = _once.FirstOrDefault(entry => entry.Value == role).Key;
        return once is not null ? once + Weight : $"{_layerPrefix}{layer}.{_perLayer.First(entry => entry.Value == role).Key}{Weight}";
    }

    // The names are listed in the order of the roles, so that both formats read side by side.
    private static Dictionary<string, TensorRole> Number(string[] names, TensorRole first)
        => names.Select((name, i) => (name, Role: first + i)).ToDictionary(pair => pair.name, pair => pair.Role, StringComparer.Ordinal);
}
