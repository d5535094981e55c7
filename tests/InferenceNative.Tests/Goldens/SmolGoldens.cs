namespace Preble.InferenceNative.Tests.Goldens;

/// <summary>What PyTorch computed on the embedded model's weights in float32.</summary>
internal static class SmolGoldens
{
    public const string Folder = "smollm2-135m-instruct";

    /// <summary>Room for all greedy prompts with their outputs at once.</summary>
    public const int GreedyBlocks = 288;

    /// <summary>Small enough that the two long prompts take several steps.</summary>
    public const int GreedyStepTokens = 512;

    public static IReadOnlyList<GreedyGolden> Greedy { get; } = Golden.Read<GreedyGolden[]>(Folder, "greedy.json");

    public static IReadOnlyList<LogitsGolden> Logits { get; } = Golden.Read<LogitsGolden[]>(Folder, "logits.json");
}
