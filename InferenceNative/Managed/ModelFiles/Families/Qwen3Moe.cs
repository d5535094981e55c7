using System.Text.Json;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>Qwen3 with mixtures of experts in every layer.</summary>
internal sealed class Qwen3Moe : ModelFamily
{
    public override string Name => "Qwen3-MoE";

    public override string HuggingFaceArchitecture => "Qwen3MoeForCausalLM";

    public override string GgufArchitecture => "qwen3moe";

    public override TensorNaming HuggingFaceNames { get; } = Mixtures.WithoutDense(TensorNaming.HuggingFace).With(HeadNorms.HuggingFace).With(
        new("model.layers.*.mlp.gate.weight", TensorRole.Router),
        new("model.layers.*.mlp.experts.*.gate_proj.weight", TensorRole.ExpertGate),
        new("model.layers.*.mlp.experts.*.up_proj.weight", TensorRole.ExpertUp),
        new("model.layers.*.mlp.experts.*.down_proj.weight", TensorRole.ExpertDown));

    public override TensorNaming GgufNames { get; } = Mixtures.Gguf.With(HeadNorms.Gguf);

    public override ModelConfig Read(JsonFile json)
    {
        // Layers without experts among those that have them.
        HuggingFaceConfig.RefuseIf(json.FindNumber("decoder_sparse_step") is not (null or 1), json, "decoder_sparse_step", Name);
        var dense = json.Find("mlp_only_layers") is { ValueKind: JsonValueKind.Array } layers && layers.GetArrayLength() > 0;
        HuggingFaceConfig.RefuseIf(dense, json, "mlp_only_layers", Name);
        return Qwen2.WithWindow(json, base.Read(json), Name) with
        {
            FeedForward = json.Size("moe_intermediate_size"),
            Experts = json.FindSize("num_experts") ?? json.Size("num_local_experts"),
            ExpertsUsed = json.Size("num_experts_per_tok"),
            ExpertsNormed = json.FindBool("norm_topk_prob") ?? false,
        };
    }

    public override ModelConfig Read(GgufSettings settings) => Mixtures.Read(settings, settings.Read(Name, RopeOrder.Halves, Llama.Experts));
}
