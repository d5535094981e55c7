using Preble.Inference;
using Preble.InferenceNative.Tests.Goldens;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>The invariants in float32 on a tiny random model.</summary>
public sealed class TinyFloatInvariantsTests : EngineInvariants
{
    private protected override LoadedModel Model => TestModels.TinyFloat;

    private protected override int[] Text { get; } = new SeededRandom(11).Tokens(300, 512);
}

/// <summary>The invariants on the real model as the product runs it.</summary>
public sealed class SmolNativeInvariantsTests : EngineInvariants
{
    private protected override LoadedModel Model => TestModels.SmolNative;

    private protected override int[] Text { get; } = SmolGoldens.Greedy.Single(g => g.Name == "license-raw").PromptIds;
}
