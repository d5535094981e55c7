namespace Preble.InferenceNative.Tests.ModelFiles;

/// <summary>Writes the smallest Llama there can be as a GGUF file of zeros, with what a test wants changed.</summary>
internal sealed class GgufLlama
{
    public string Architecture { get; init; } = "llama";

    /// <summary>A tensor to leave out.</summary>
    public string? Without { get; init; }

    /// <summary>One more tensor: its name and extent.</summary>
    public (string Name, int Extent)? Extra { get; init; }

    /// <summary>One more metadata number.</summary>
    public (string Key, uint Value)? Setting { get; init; }

    public string PreTokenizer { get; init; } = "gpt-2";

    /// <summary>What every float of the file is: GGUF's divisors among them.</summary>
    public float Fill { get; init; }

    public byte[] ToBytes()
    {
        List<(string Name, long[] Shape)> tensors =
        [
            ("token_embd.weight", [4, 3]), ("output_norm.weight", [4]), ("blk.0.attn_norm.weight", [4]), ("blk.0.attn_q.weight", [4, 4]),
            ("blk.0.attn_k.weight", [4, 2]), ("blk.0.attn_v.weight", [4, 2]), ("blk.0.attn_output.weight", [4, 4]), ("blk.0.ffn_norm.weight", [4]),
            ("blk.0.ffn_gate.weight", [4, 8]), ("blk.0.ffn_up.weight", [4, 8]), ("blk.0.ffn_down.weight", [8, 4]),
        ];
        tensors.RemoveAll(t => t.Name == Without);
        if (Extra is { } extra)
        {
            tensors.Add((extra.Name, [extra.Extent]));
        }

        var file = new GgufBytes(tensors.Count, 14 + (Setting is null ? 0 : 1));
        WriteMetadata(file);
        var offset = 0L;
        foreach (var (name, shape) in tensors)
        {
            file.Tensor(name, shape, 0, offset);
            offset += (shape.Aggregate(4L, (a, b) => a * b) + 31) / 32 * 32;
        }

        var bytes = file.File((int)offset);
        for (var at = bytes.Length - (int)offset; at < bytes.Length; at += sizeof(float))
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(at), Fill);
        }

        return bytes;
    }

    private void WriteMetadata(GgufBytes file)
    {
        file.Value("general.architecture", Architecture).Value("llama.block_count", 1).Value("llama.embedding_length", 4)
            .Value("llama.feed_forward_length", 8).Value("llama.attention.head_count", 2).Value("llama.attention.head_count_kv", 1)
            .Value("llama.context_length", 16).Value("llama.attention.layer_norm_rms_epsilon", 1e-5f).Value("llama.rope.freq_base", 100f)
            .Value("tokenizer.ggml.model", "gpt2").Value("tokenizer.ggml.pre", PreTokenizer)
            .Array("tokenizer.ggml.tokens", 8, 3, w => w.Text("a").Text("b").Text("<|im_end|>"))
            .Array("tokenizer.ggml.token_type", 5, 3, w => w.Raw(1, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0))
            .Array("tokenizer.ggml.merges", 8, 1, w => w.Text("a b"));
        if (Setting is { } setting)
        {
            file.Value(setting.Key, setting.Value);
        }
    }
}
