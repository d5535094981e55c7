using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>Mistral: a Llama with a sliding window. In GGUF it calls itself a Llama.</summary>
internal sealed class Mistral : ModelFamily
{
    public override string Name => "Mistral";

    public override string HuggingFaceArchitecture => "MistralForCausalLM";

    public override ModelConfig Read(JsonFile json) => HuggingFaceWindow.Read(json, base.Read(json));
}
