using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>Mixtral: a Mistral whose feed-forward layers are mixtures of experts. In GGUF it is a Llama with an expert count.</summary>
internal sealed class Mixtral : ModelFamily
{
    public override string Name => "Mixtral";

    public override string HuggingFaceArchitecture => "MixtralForCausalLM";

    public override string GgufArchitecture => Llama.Architecture;

    public override TensorNaming HuggingFaceNames { get; } = Mixtures.WithoutDense(TensorNaming.HuggingFace).With(
        new("model.layers.*.block_sparse_moe.gate.weight", TensorRole.Router),
        new("model.layers.*.block_sparse_moe.experts.*.w1.weight", TensorRole.ExpertGate),
        new("model.layers.*.block_sparse_moe.experts.*.w3.weight", TensorRole.ExpertUp),
        new("model.layers.*.block_sparse_moe.experts.*.w2.weight", TensorRole.ExpertDown));

    // Older files have a tensor for each expert, newer ones a stack of them.
    public override TensorNaming GgufNames { get; } = Mixtures.Gguf.With(
        new("blk.*.ffn_gate.*.weight", TensorRole.ExpertGate),
        new("blk.*.ffn_up.*.weight", TensorRole.ExpertUp),
        new("blk.*.ffn_down.*.weight", TensorRole.ExpertDown));

    public override bool Claims(GgufSettings settings) => base.Claims(settings) && settings.FindSize(Llama.Experts) is not null;

    public override ModelConfig Read(JsonFile json) => HuggingFaceWindow.Read(json, base.Read(json)) with
    {
        Experts = json.Size("num_local_experts"),
        ExpertsUsed = json.Size("num_experts_per_tok"),
        ExpertsNormed = true,
    };

    public override ModelConfig Read(GgufSettings settings)
        => Mixtures.Read(settings, settings.Read(Name, RopeOrder.Interleaved, Llama.Experts, Llama.Window).WithWindow(settings.FindSize(Llama.Window)));
}
