using System.Runtime.InteropServices;

namespace Preble.Inference.Native;

/// <summary>pi_sampling.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeSampling
{
    public float Temperature;
    public float TopP;
    public float MinP;
    public float RepetitionPenalty;
    public float PresencePenalty;
    public float FrequencyPenalty;
    public int TopK;
    public int Reserved;
    public ulong Seed;

    public static NativeSampling From(SamplingOptions options) => new()
    {
        Temperature = options.Temperature,
        TopP = options.TopP,
        MinP = options.MinP,
        RepetitionPenalty = options.RepetitionPenalty,
        PresencePenalty = options.PresencePenalty,
        FrequencyPenalty = options.FrequencyPenalty,
        TopK = options.TopK,
        Seed = options.Seed,
    };
}
