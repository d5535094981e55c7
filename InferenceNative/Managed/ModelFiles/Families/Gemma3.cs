using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>Gemma 3, text only: norms of heads, five layers with a window to one without, and rotary bases of their own for both kinds.</summary>
internal sealed class Gemma3 : Gemma
{
    private const double Theta = 1_000_000;
    private const double WindowTheta = 10_000;

    private readonly TensorNaming _huggingFace;
    private readonly TensorNaming _gguf;

    public Gemma3() => (_huggingFace, _gguf) = (base.HuggingFaceNames.With(HeadNorms.HuggingFace), base.GgufNames.With(HeadNorms.Gguf));

    public override string Name => "Gemma 3";

    public override string HuggingFaceArchitecture => "Gemma3ForCausalLM";

    public override string GgufArchitecture => "gemma3";

    public override TensorNaming HuggingFaceNames => _huggingFace;

    public override TensorNaming GgufNames => _gguf;

    protected override int WindowPeriod => 6;

    protected override int LargestModelLayers => 62;

    // A set for each kind of layer inside `rope_parameters`, or, as published, the windows' base beside the other one.
    public override IReadOnlyList<(double Theta, RopeScaling Scaling)> Ropes(JsonFile json)
    {
        var kinds = json.FindObject("rope_parameters");
        if (kinds?.FindObject("full_attention") is { } full)
        {
            var windowed = kinds.FindObject("sliding_attention") ?? throw json.Failure("rope_parameters has no sliding_attention");
            return [ReadRope(full, json, Theta), ReadRope(windowed, json, WindowTheta)];
        }

        var local = HuggingFaceConfig.Positive(json.FindNumber("rope_local_base_freq") ?? WindowTheta, json);
        return [HuggingFaceConfig.ReadRope(json, Theta), (local, RopeScaling.None)];
    }

    // GGUF files do not say the windows' base, unless they are new.
    public override float[] Frequencies(GgufSettings settings, int headSize)
    {
        var local = settings.FindNumber("rope.freq_base_swa") ?? WindowTheta;
        return double.IsFinite(local) && local > 0
            ? [.. base.Frequencies(settings, headSize), .. RopeFrequencies.Compute(headSize, local, RopeScaling.None)]
            : throw settings.Failure($"{settings.Key("rope.freq_base_swa")} is {local}, not a positive number");
    }

    private static (double Theta, RopeScaling Scaling) ReadRope(JsonFile parameters, JsonFile json, double theta)
        => (HuggingFaceConfig.Positive(parameters.FindNumber("rope_theta") ?? theta, json), HuggingFaceConfig.ReadScaling(parameters, json));
}
