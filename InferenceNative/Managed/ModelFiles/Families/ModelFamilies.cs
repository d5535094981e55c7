using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>Every family that can be computed, and how a checkpoint finds its own.</summary>
internal static class ModelFamilies
{
    public static IReadOnlyList<ModelFamily> All { get; } =
        [new Llama(), new Mistral(), new Mixtral(), new Qwen2(), new Qwen3(), new Qwen3Moe(), new Phi3(), new Gemma2(), new Gemma3()];

    /// <exception cref="ModelFileException">No family has the architecture.</exception>
    public static ModelFamily Of(JsonFile json)
    {
        var named = HuggingFaceConfig.Architectures(json);
        return All.FirstOrDefault(family => named.Contains(family.HuggingFaceArchitecture))
            ?? throw json.Failure(Refusal(named.Count > 0 ? string.Join(", ", named) : "(none named)", All.Select(family => family.HuggingFaceArchitecture)));
    }

    /// <exception cref="ModelFileException">No family has the architecture.</exception>
    public static ModelFamily Of(GgufSettings settings)
        => All.FirstOrDefault(family => family.Claims(settings))
            ?? throw settings.Failure(Refusal(settings.Architecture, All.Select(family => family.GgufArchitecture).OfType<string>()));

    private static string Refusal(string architecture, IEnumerable<string> supported)
        => $"the architecture {architecture} is not supported: supported are {string.Join(", ", supported.Distinct().Order(StringComparer.Ordinal))}";
}
