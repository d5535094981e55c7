using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>Qwen3: every head of queries and keys is normalised before rotation.</summary>
internal sealed class Qwen3 : ModelFamily
{
    public override string Name => "Qwen3";

    public override string HuggingFaceArchitecture => "Qwen3ForCausalLM";

    public override string GgufArchitecture => "qwen3";

    public override TensorNaming HuggingFaceNames { get; } = TensorNaming.HuggingFace.With(HeadNorms.HuggingFace);

    public override TensorNaming GgufNames { get; } = TensorNaming.Gguf.With(HeadNorms.Gguf);

    public override ModelConfig Read(JsonFile json) => Qwen2.WithWindow(json, base.Read(json), Name);
}
