using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>What families with mixtures of experts have in common.</summary>
internal static class Mixtures
{
    /// <summary>A Llama's names with experts stacked in one tensor instead of its dense matrices.</summary>
    public static TensorNaming Gguf { get; } = WithoutDense(TensorNaming.Gguf).With(
        new("blk.*.ffn_gate_inp.weight", TensorRole.Router),
        new("blk.*.ffn_gate_exps.weight", TensorRole.ExpertGate),
        new("blk.*.ffn_up_exps.weight", TensorRole.ExpertUp),
        new("blk.*.ffn_down_exps.weight", TensorRole.ExpertDown));

    public static TensorNaming WithoutDense(TensorNaming names)
        => names.Without(TensorRole.FeedForwardGate, TensorRole.FeedForwardUp, TensorRole.FeedForwardDown);

    /// <summary>GGUF does not say how shares are normed: in the families here they add up to one.</summary>
    public static ModelConfig Read(GgufSettings settings, ModelConfig config) => config with
    {
        FeedForward = settings.FindSize("expert_feed_forward_length") ?? config.FeedForward,
        Experts = settings.Size("expert_count"),
        ExpertsUsed = settings.Size("expert_used_count"),
        ExpertsNormed = true,
    };
}
