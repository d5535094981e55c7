using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.InferenceNative.Tests.ModelFiles;

/// <summary>
/// Rewrites a Hugging Face folder of BF16 weights as a GGUF file of float32, with each family's own names, orders and sums: the dumb version of a
/// converter, against which the readers of both formats are held.
/// </summary>
internal sealed partial class GgufConversion(string folder, bool stackExperts = true)
{
    private static readonly Dictionary<string, string> Architectures = new(StringComparer.Ordinal)
    {
        ["LlamaForCausalLM"] = "llama", ["MistralForCausalLM"] = "llama", ["MixtralForCausalLM"] = "llama", ["Qwen2ForCausalLM"] = "qwen2",
        ["Qwen3ForCausalLM"] = "qwen3", ["Qwen3MoeForCausalLM"] = "qwen3moe", ["Phi3ForCausalLM"] = "phi3", ["Gemma2ForCausalLM"] = "gemma2",
        ["Gemma3ForCausalLM"] = "gemma3",
    };

    private static readonly (string From, string To)[] Names =
    [
        ("model.embed_tokens.", "token_embd."), ("model.norm.", "output_norm."), ("lm_head.", "output."), ("model.layers.", "blk."),
        ("input_layernorm", "attn_norm"), ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"),
        ("self_attn.o_proj", "attn_output"), ("self_attn.q_norm", "attn_q_norm"), ("self_attn.k_norm", "attn_k_norm"),
        ("self_attn.qkv_proj", "attn_qkv"), ("mlp.gate_up_proj", "ffn_up"), ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"),
        ("mlp.down_proj", "ffn_down"), ("mlp.gate.", "ffn_gate_inp."), ("block_sparse_moe.gate.", "ffn_gate_inp."),
    ];

    private static readonly (string From, string To)[] GemmaNorms =
    [
        ("post_attention_layernorm", "post_attention_norm"), ("pre_feedforward_layernorm", "ffn_norm"), ("post_feedforward_layernorm", "post_ffw_norm"),
    ];

    private readonly JsonObject _config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!.AsObject();

    private string Architecture => Architectures[_config["architectures"]![0]!.GetValue<string>()];

    private bool IsGemma => Architecture.StartsWith("gemma", StringComparison.Ordinal);

    public byte[] ToBytes()
    {
        var tensors = Convert().ToList();
        var metadata = Metadata().ToList();
        var file = new GgufBytes(tensors.Count, metadata.Count + 1).Value("general.architecture", Architecture);
        metadata.ForEach(write => write(file));
        var offset = 0;
        foreach (var (name, shape, values) in tensors)
        {
            file.Tensor(name, [.. shape.Reverse()], 0, offset);
            offset += Aligned(values.Length);
        }

        var bytes = file.File(offset);
        var at = bytes.Length - offset;
        foreach (var (_, _, values) in tensors)
        {
            Buffer.BlockCopy(values, 0, bytes, at, values.Length * sizeof(float));
            at += Aligned(values.Length);
        }

        return bytes;
    }

    private static int Aligned(int floats) => ((floats * sizeof(float)) + 31) / 32 * 32;

    private IEnumerable<Action<GgufBytes>> Metadata()
    {
        (string From, string To)[] sizes =
        [
            ("num_hidden_layers", "block_count"), ("hidden_size", "embedding_length"), ("intermediate_size", "feed_forward_length"),
            ("num_attention_heads", "attention.head_count"), ("num_key_value_heads", "attention.head_count_kv"), ("head_dim", "attention.key_length"),
            ("head_dim", "attention.value_length"), ("max_position_embeddings", "context_length"), ("vocab_size", "vocab_size"),
            ("num_local_experts", "expert_count"), ("num_experts_per_tok", "expert_used_count"), ("moe_intermediate_size", "expert_feed_forward_length"),
            ("sliding_window", "attention.sliding_window"),
        ];
        foreach (var (from, to) in sizes.Where(size => _config[size.From] is not null))
        {
            yield return file => file.Value($"{Architecture}.{to}", _config[from]!.GetValue<uint>());
        }

        (JsonNode? Number, string To)[] numbers =
        [
            (_config["rms_norm_eps"], "attention.layer_norm_rms_epsilon"),
            (_config["rope_parameters"]!["rope_theta"] ?? _config["rope_parameters"]!["full_attention"]!["rope_theta"], "rope.freq_base"),
            (_config["attn_logit_softcapping"], "attn_logit_softcapping"), (_config["final_logit_softcapping"], "final_logit_softcapping"),
        ];
        foreach (var (number, to) in numbers.Where(number => number.Number is not null))
        {
            yield return file => file.Value($"{Architecture}.{to}", number!.GetValue<float>());
        }
    }

    private IEnumerable<(string Name, long[] Shape, float[] Values)> Convert()
    {
        var path = Path.Combine(folder, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        var stacks = new SortedDictionary<string, SortedDictionary<int, (long[] Shape, float[] Values)>>(StringComparer.Ordinal);
        foreach (var tensor in SafetensorsFile.Open(path, 0))
        {
            var values = Widen(bytes.AsSpan((int)tensor.Offset, (int)tensor.SizeBytes));
            if (ExpertName().Match(tensor.Name) is { Success: true } expert)
            {
                var (number, part) = (int.Parse(expert.Groups["expert"].Value, CultureInfo.InvariantCulture), PartOf(expert.Groups["part"].Value));
                var name = $"blk.{expert.Groups["layer"].Value}.{part}" + (stackExperts ? "_exps.weight" : $".{number}.weight");
                stacks.TryAdd(name, []);
                stacks[name].Add(number, ([.. tensor.Shape], values));
                continue;
            }

            yield return (NameOf(tensor.Name), [.. tensor.Shape], Order(tensor.Name, tensor.Shape, values));
        }

        foreach (var (name, stack) in stacks)
        {
            var shape = stack.Values.First().Shape;
            yield return (name, stackExperts ? [stack.Count, .. shape] : shape, [.. stack.Values.SelectMany(one => one.Values)]);
        }
    }

    private static string PartOf(string name) => name switch
    {
        "gate_proj" or "w1" => "ffn_gate",
        "up_proj" or "w3" => "ffn_up",
        _ => "ffn_down",
    };

    private string NameOf(string name)
    {
        var norms = IsGemma ? GemmaNorms : [("post_attention_layernorm", "ffn_norm")];
        return norms.Concat(Names).Aggregate(name, (n, pair) => n.Replace(pair.From, pair.To, StringComparison.Ordinal));
    }

    // Gemma's norms have their one added; a Llama's queries and keys have the elements that are rotated together side by side.
    private float[] Order(string name, IReadOnlyList<long> shape, float[] values)
    {
        if (IsGemma && name.Contains("norm", StringComparison.Ordinal))
        {
            return [.. values.Select(value => value + 1)];
        }

        if (Architecture != "llama" || !(name.Contains("q_proj", StringComparison.Ordinal) || name.Contains("k_proj", StringComparison.Ordinal)))
        {
            return values;
        }

        var (columns, size) = ((int)shape[1], _config["head_dim"]?.GetValue<int>() ?? (int)(shape[1] / _config["num_attention_heads"]!.GetValue<int>()));
        var ordered = new float[values.Length];
        for (var row = 0; row < shape[0]; row++)
        {
            var (head, within) = (row / size * size, row % size);
            var from = head + (within % 2 * (size / 2)) + (within / 2);
            values.AsSpan(from * columns, columns).CopyTo(ordered.AsSpan(row * columns));
        }

        return ordered;
    }

    private static float[] Widen(ReadOnlySpan<byte> bytes)
    {
        var values = new float[bytes.Length / 2];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes[(2 * i)..]) << 16);
        }

        return values;
    }

    [GeneratedRegex(@"^model\.layers\.(?<layer>\d+)\.(mlp|block_sparse_moe)\.experts\.(?<expert>\d+)\.(?<part>\w+)\.weight$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ExpertName();
}
