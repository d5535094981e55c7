using System.Globalization;

namespace Preble.Inference.ModelFiles.Checkpoints;

/// <summary>How a format names the tensors of a family: those of a Llama, and what a family adds to them or has instead. Immutable.</summary>
public sealed class TensorNaming
{
    private readonly Dictionary<string, TensorName> _names;

    private TensorNaming(IEnumerable<TensorName> names) => _names = names.ToDictionary(name => name.Pattern, StringComparer.Ordinal);

    public static TensorNaming Gguf { get; } = new(
    [
        new("token_embd.weight", TensorRole.TokenEmbedding),
        new("output_norm.weight", TensorRole.OutputNorm),
        new("output.weight", TensorRole.OutputHead),
        new("blk.*.attn_norm.weight", TensorRole.AttentionNorm),
        new("blk.*.attn_q.weight", TensorRole.Query),
        new("blk.*.attn_k.weight", TensorRole.Key),
        new("blk.*.attn_v.weight", TensorRole.Value),
        new("blk.*.attn_output.weight", TensorRole.AttentionOutput),
        new("blk.*.ffn_norm.weight", TensorRole.FeedForwardNorm),
        new("blk.*.ffn_gate.weight", TensorRole.FeedForwardGate),
        new("blk.*.ffn_up.weight", TensorRole.FeedForwardUp),
        new("blk.*.ffn_down.weight", TensorRole.FeedForwardDown),
    ]);

    public static TensorNaming HuggingFace { get; } = new(
    [
        new("model.embed_tokens.weight", TensorRole.TokenEmbedding),
        new("model.norm.weight", TensorRole.OutputNorm),
        new("lm_head.weight", TensorRole.OutputHead),
        new("model.layers.*.input_layernorm.weight", TensorRole.AttentionNorm),
        new("model.layers.*.self_attn.q_proj.weight", TensorRole.Query),
        new("model.layers.*.self_attn.k_proj.weight", TensorRole.Key),
        new("model.layers.*.self_attn.v_proj.weight", TensorRole.Value),
        new("model.layers.*.self_attn.o_proj.weight", TensorRole.AttentionOutput),
        new("model.layers.*.post_attention_layernorm.weight", TensorRole.FeedForwardNorm),
        new("model.layers.*.mlp.gate_proj.weight", TensorRole.FeedForwardGate),
        new("model.layers.*.mlp.up_proj.weight", TensorRole.FeedForwardUp),
        new("model.layers.*.mlp.down_proj.weight", TensorRole.FeedForwardDown),
    ]);

    /// <summary>What a model must have, but for the output head, which may be tied.</summary>
    public IEnumerable<TensorRole> Roles => _names.Values.SelectMany(name => name.Roles).Distinct();

    /// <summary>The names of tensors as they are written: experts stacked in one, not each by itself.</summary>
    public IEnumerable<TensorName> Written => _names.Values.Where(name => name.Pattern.Count(c => c == '*') < 2);

    /// <summary>The same without the names of some roles.</summary>
    public TensorNaming Without(params TensorRole[] roles) => new(_names.Values.Where(name => !name.Roles.Intersect(roles).Any()));

    /// <summary>The same with more names; one that is there already gets another meaning.</summary>
    public TensorNaming With(params TensorName[] names) => new(_names.Values.ExceptBy(names.Select(n => n.Pattern), n => n.Pattern).Concat(names));

    /// <summary>What a tensor is for, with its layer and its expert where its name has them; null when the family has no use for it.</summary>
    public (TensorName Name, int Layer, int? Expert)? Find(string name)
    {
        var segments = name.Split('.');
        var numbers = new List<int>();
        for (var i = 0; i < segments.Length; i++)
        {
            if (int.TryParse(segments[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
                segments[i] = "*";
            }
        }

        return _names.TryGetValue(string.Join('.', segments), out var found)
            ? (found, numbers.Count > 0 ? numbers[0] : 0, numbers.Count > 1 ? numbers[1] : null)
            : null;
    }

    public bool IsFor(string name, TensorRole role) => Find(name) is { } found && found.Name.Roles.Contains(role);

    /// <summary>The name of a tensor, for a message about its absence.</summary>
    public string NameOf(TensorRole role, int layer, int expert)
    {
        return NameOf(_names.Values.First(name => name.Roles.Contains(role)), layer, expert);
    }

    public static string NameOf(TensorName name, int layer, int expert)
    {
        var parts = name.Pattern.Split('*');
        var named = parts.Length > 1 ? $"{parts[0]}{layer.ToString(CultureInfo.InvariantCulture)}{parts[1]}" : parts[0];
        return parts.Length > 2 ? $"{named}{expert.ToString(CultureInfo.InvariantCulture)}{parts[2]}" : named;
    }
}
