using System.Globalization;
using Preble.Core;
using Preble.Core.Batching.Costs;

namespace Preble.Simulation;

/// <summary>
/// The profiles by name, from the authors' published regressions (preble/benchmarks/exp_configs/model_equations.py) and from memory sizes. The regressions
/// are curves over n tokens and c context with kinks; a worker's own model is a sum (<see cref="StepCostModel"/>), and worker, scheduler and simulator shall
/// speak of the same costs. So a profile goes through three points of its curve: a lone decode, a full step without context, and one far into a prompt; what decodes pay for context is the curve's slope.
/// </summary>
internal static class GpuProfiles
{
    /// <summary>The context at which the slope by context is taken.</summary>
    private const int FarContext = 8192;

    private static readonly GpuProfile[] All =
    [
        // 0.8 of 48 GB less the weights: the authors' own figure for this pair.
        Of("a6000-mistral-7b", "Mistral-7B on one A6000", new A6000Curve(), kvTokens: 198_516, contextTokens: 32_768),

        // 0.8 · 80 GB − 14.5 GB of weights, 131,072 bytes a token.
        Of("a100-mistral-7b", "Mistral-7B on one A100 80 GB", new A100Curve(), kvTokens: 377_600, contextTokens: 32_768),

        // 0.75 · 4 · 80 GB − 141 GB of weights, 327,680 bytes a token.
        Of("h100-llama-3-70b-tp4", "Llama-3-70B on four H100 80 GB", new H100Tp4Curve(), kvTokens: 302_100, contextTokens: 32_768),

        // 0.9 · 160 GB − 65.5 GB of weights, 262,144 bytes a token (64 layers, 8 KV heads of 128).
        Of("h100-qwen3-32b-tp2", "Qwen3-32B on two H100 80 GB, scaled from Llama-3-70B", new H100Qwen32Curve(), kvTokens: 299_400, contextTokens: 32_768),

        // The low ends of the table of llm-d's simulator for 7B to 8B on an H100 (a step of 10 ms, 0.15 ms a prefill token, 128 KB of KV a token); what a
        // prefill pays for its context is half the A100's, a decode reads its KV at 80 % of 3.35 TB/s. 0.9 · 80 GB − 16 GB of weights.
        new("h100-llama-3-8b", "Llama-3-8B on one H100 80 GB, by llm-d's table", new StepCostModel(0.010, 1.5e-4, 8e-10, 1e-5, 4.9e-8), 427_000, 32_768),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(profile => profile.Name), "calibrated"];

    public static GpuProfile? Find(string name) => Array.Find(All, profile => profile.Name == name);

    /// <summary>
    /// A profile by its five coefficients in seconds, as <see cref="StepCostModel"/> has them and a worker reports them; null when the text is not that.
    /// </summary>
    public static GpuProfile? Calibrated(string coefficients, int kvTokens, int contextTokens)
    {
        var parts = coefficients.Split(',');
        var numbers = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], CultureInfo.InvariantCulture, out numbers[i]) || !(numbers[i] is >= 0 and < 3600))
            {
                return null;
            }
        }

        return numbers is [var step, var prefill, var prefillContext, var decode, var decodeContext]
            ? new GpuProfile("calibrated", "coefficients as given", new(step, prefill, prefillContext, decode, decodeContext), kvTokens, contextTokens)
            : null;
    }

    private static GpuProfile Of(string name, string source, StepCurve curve, int kvTokens, int contextTokens)
    {
        const int full = Limits.StepTokens;
        var step = curve.DecodeSeconds(1, 0);
        var near = curve.PrefillSeconds(full, full) - step;
        var far = curve.PrefillSeconds(full, FarContext + full) - step;
        var perContext = (far - near) / ((double)full * FarContext);
        var perToken = (near / full) - (perContext * full / 2);
        var decode = curve.DecodeSeconds(2, 0) - step;
        var decodeContext = (curve.DecodeSeconds(1, 2 * FarContext) - curve.DecodeSeconds(1, FarContext)) / FarContext;
        return new GpuProfile(name, source, new StepCostModel(step, perToken, perContext, decode, decodeContext), kvTokens, contextTokens);
    }
}
