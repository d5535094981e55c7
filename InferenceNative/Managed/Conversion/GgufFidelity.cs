using Preble.Core;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Checkpoints;

namespace Preble.Inference.Conversion;

/// <summary>Refuses to write what a reader of the GGUF file would take for another model, by the name of the setting that would be lost.</summary>
internal static class GgufFidelity
{
    // Frequencies are written as divisors in float32.
    private const double Tolerance = 1e-6;

    /// <param name="written">What GGUF's readers make of the settings that are to be written.</param>
    /// <exception cref="ModelFileException">A setting would be lost.</exception>
    public static void Require(Checkpoint source, ModelConfig written, IReadOnlyList<float> frequencies, string name)
    {
        var config = source.Config;
        var settings = new (string Name, bool IsKept)[]
        {
            ("sliding_window or layer_types", Windows(config).SequenceEqual(Windows(written))),
            ("query_pre_attn_scalar", IsClose(ScaleOf(config), ScaleOf(written))),
            ("norm_topk_prob", config.ExpertsNormed == written.ExpertsNormed),
            ("rope_parameters or rope_scaling", IsSame(source.InverseFrequencies, frequencies)),
        };
        if (Array.Find(settings, setting => !setting.IsKept) is { Name: { } lost })
        {
            throw new ModelFileException($"{name}: GGUF has no place for what config.json says with {lost}.");
        }

        // What the formats hold in other ways, and what is compared above.
        var rest = written with
        {
            RopeOrder = config.RopeOrder, NormPlusOne = config.NormPlusOne, AttentionScale = config.AttentionScale, Window = config.Window,
            WindowPeriod = config.WindowPeriod,
        };
        Invariant.Require(rest == config, "GGUF's readers find the sizes that were written for them");
    }

    private static IEnumerable<int> Windows(ModelConfig config)
        => Enumerable.Range(1, config.Layers).Select(layer => config.WindowPeriod > 0 && layer % config.WindowPeriod == 0 ? 0 : config.Window);

    private static double ScaleOf(ModelConfig config) => config.AttentionScale > 0 ? config.AttentionScale : 1 / Math.Sqrt(config.HeadSize);

    private static bool IsSame(IReadOnlyList<float> one, IReadOnlyList<float> other)
        => one.Count == other.Count && one.Zip(other).All(pair => IsClose(pair.First, pair.Second));

    private static bool IsClose(double one, double other) => Math.Abs(one - other) <= Tolerance * Math.Abs(one);
}
