using Preble.Inference.ModelFiles.Checkpoints;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>The names of the norms of every head of queries and keys, alike in all families that have them.</summary>
internal static class HeadNorms
{
    public static TensorName[] HuggingFace { get; } =
    [
        new("model.layers.*.self_attn.q_norm.weight", TensorRole.QueryNorm),
        new("model.layers.*.self_attn.k_norm.weight", TensorRole.KeyNorm),
    ];

    public static TensorName[] Gguf { get; } =
        [new("blk.*.attn_q_norm.weight", TensorRole.QueryNorm), new("blk.*.attn_k_norm.weight", TensorRole.KeyNorm)];
}
