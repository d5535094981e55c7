using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>Phi-3: queries, keys and values in one tensor, gate and up in another, and a sliding window.</summary>
internal sealed class Phi3 : ModelFamily
{
    private static readonly TensorRole[] Attention = [TensorRole.Query, TensorRole.Key, TensorRole.Value];
    private static readonly TensorRole[] FeedForward = [TensorRole.FeedForwardGate, TensorRole.FeedForwardUp];

    public override string Name => "Phi-3";

    public override string HuggingFaceArchitecture => "Phi3ForCausalLM";

    public override string GgufArchitecture => "phi3";

    public override TensorNaming HuggingFaceNames { get; } = TensorNaming.HuggingFace.Without([.. Attention, .. FeedForward]).With(
        new("model.layers.*.self_attn.qkv_proj.weight", Attention), new("model.layers.*.mlp.gate_up_proj.weight", FeedForward));

    public override TensorNaming GgufNames { get; } = TensorNaming.Gguf.Without([.. Attention, .. FeedForward]).With(
        new("blk.*.attn_qkv.weight", Attention), new("blk.*.ffn_up.weight", FeedForward));

    public override ModelConfig Read(JsonFile json) => HuggingFaceWindow.Read(json, base.Read(json));

    public override ModelConfig Read(GgufSettings settings)
        => settings.Read(Name, RopeOrder.Halves, Llama.Window).WithWindow(settings.FindSize(Llama.Window));
}
