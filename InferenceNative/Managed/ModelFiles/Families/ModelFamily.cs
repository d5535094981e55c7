using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>
/// A family of models: how its checkpoints are recognised, what their tensors are called and what their settings mean. What is not overridden is as in
/// a Llama. A new family is a subclass in a file of its own and a line in <see cref="ModelFamilies"/>.
/// </summary>
internal abstract class ModelFamily
{
    /// <summary>What messages call it.</summary>
    public abstract string Name { get; }

    /// <summary>Its name in config.json's `architectures`.</summary>
    public abstract string HuggingFaceArchitecture { get; }

    /// <summary>Its name in `general.architecture`; null when GGUF files of the family call themselves another's.</summary>
    public virtual string? GgufArchitecture => null;

    public virtual TensorNaming HuggingFaceNames => TensorNaming.HuggingFace;

    public virtual TensorNaming GgufNames => TensorNaming.Gguf;

    /// <summary>Whether the output head is the embedding when config.json does not say.</summary>
    public virtual bool IsTiedByDefault => false;

    /// <summary>Tells families apart that share a GGUF architecture.</summary>
    public virtual bool Claims(GgufSettings settings) => settings.Architecture == GgufArchitecture;

    /// <exception cref="ModelFileException">A size is missing or a variant is set that is not computed.</exception>
    public virtual ModelConfig Read(JsonFile json)
    {
        HuggingFaceConfig.RefuseIf(json.FindString("hidden_act") is not (null or "silu"), json, "hidden_act", Name);
        return HuggingFaceConfig.Read(json, Name);
    }

    /// <exception cref="ModelFileException">A size is missing or a variant is set that is not computed.</exception>
    public virtual ModelConfig Read(GgufSettings settings) => settings.Read(Name, RopeOrder.Halves);

    /// <summary>The rotary base and scaling; or two such, of the layers that see all and of those with a window.</summary>
    public virtual IReadOnlyList<(double Theta, RopeScaling Scaling)> Ropes(JsonFile json) => [HuggingFaceConfig.ReadRope(json)];

    /// <summary>The rotary frequencies: see <see cref="Checkpoint"/>.</summary>
    public float[] Frequencies(JsonFile json, int headSize)
        => [.. Ropes(json).SelectMany(rope => RopeFrequencies.Compute(headSize, rope.Theta, rope.Scaling))];

    /// <summary>The rotary frequencies: see <see cref="Checkpoint"/>.</summary>
    public virtual float[] Frequencies(GgufSettings settings, int headSize)
    {
        var (theta, scaling) = settings.ReadRope();
        return RopeFrequencies.Compute(headSize, theta, scaling);
    }
}
