using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>Llama 2, 3 and 3.x, and whatever calls itself one: SmolLM2, TinyLlama, and Mistral in GGUF.</summary>
internal sealed class Llama : ModelFamily
{
    public const string Architecture = "llama";
    public const string Window = "attention.sliding_window";
    public const string Experts = "expert_count";

    public override string Name => "Llama";

    public override string HuggingFaceArchitecture => "LlamaForCausalLM";

    public override string GgufArchitecture => Architecture;

    public override bool Claims(GgufSettings settings) => base.Claims(settings) && settings.FindSize(Experts) is null;

    // Its converters reorder queries and keys so that neighbours are rotated together.
    public override ModelConfig Read(GgufSettings settings)
        => settings.Read(Name, RopeOrder.Interleaved, Window).WithWindow(settings.FindSize(Window));
}
