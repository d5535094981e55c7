using Preble.Inference;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>Models that are loaded once for all tests and live as long as the process.</summary>
internal static class TestModels
{
    private static readonly Lazy<LoadedModel> Native = new(() => ModelPackage.Open(RepositoryPaths.EmbeddedModel).Load(WeightsMode.Native));
    private static readonly Lazy<LoadedModel> Float = new(() => ModelPackage.Open(RepositoryPaths.EmbeddedModel).Load(WeightsMode.F32));
    private static readonly Lazy<LoadedModel> Tiny = new(() => ModelPackage.Open(TinyGguf("F32")).Load(WeightsMode.F32));

    /// <summary>The names of the random Hugging Face models: every family, and variations of the Llama.</summary>
    public static TheoryData<string> TinyFolders =>
    [
        "llama", "llama3-rope-scaling", "llama-tied-wide-heads", "mistral-sliding-window", "qwen2", "qwen3", "qwen3-moe", "mixtral", "phi3", "gemma2",
        "gemma3",
    ];

    /// <summary>SmolLM2 as the product runs it.</summary>
    public static LoadedModel SmolNative => Native.Value;

    /// <summary>SmolLM2 in float32, half a gigabyte.</summary>
    public static LoadedModel SmolFloat => Float.Value;

    public static LoadedModel TinyFloat => Tiny.Value;

    public static string TinyGguf(string type) => Path.Combine(RepositoryPaths.Goldens, "tiny-gguf", $"tiny-llama.{type}.gguf");

    public static string TinyFolder(string name) => Path.Combine(RepositoryPaths.Goldens, "tiny-random", name);
}
