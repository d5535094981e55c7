using Preble.Inference;
using Preble.InferenceNative.Tests.Engine;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Goldens;

/// <summary>The tiny model in the types that llama.cpp's quantiser writes, which lie beside the repository, against PyTorch on their dequantised weights.</summary>
public sealed class TinyTypeTests
{
    private const double FloatTolerance = 1e-3;

    /// <summary>Standard deviation of a logit's error; llama.cpp with its own int8 activations has 0.03 to 0.07 where a logit's is 1.</summary>
    private const double Int8Tolerance = 0.07;

    [Theory]
    [InlineData("Q5_0")]
    [InlineData("Q5_1")]
    [InlineData("Q2_K")]
    [InlineData("Q3_K_M")]
    [InlineData("Q4_K_M")]
    [InlineData("Q5_K_M")]
    [InlineData("Q6_K")]
    [InlineData("IQ4_NL")]
    [InlineData("IQ4_XS")]
    public void A_type_gives_the_logits_of_its_dequantised_weights_and_natively_nearly_so(string type)
    {
        if (RepositoryPaths.SharedData is not { } shared)
        {
            Console.WriteLine("extra test: shared data not there");
            return;
        }

        var golden = Golden.Read<TinyGgufGolden>("tiny-gguf", "golden.json");
        var expected = golden.Files[$"tiny-llama.{type}.gguf"];
        var package = ModelPackage.Open(Path.Combine(shared, "models", "tiny-gguf", $"tiny-llama.{type}.gguf"));

        using var exact = package.Load(WeightsMode.F32);
        var (last, nll) = TinyGoldenTests.Compute(exact, golden.PromptIds);
        Closeness.AssertWithin(FloatTolerance, expected.LogitsLast, last, type);
        Assert.Equal(expected.MeanNll, nll, FloatTolerance);

        using var native = package.Load(WeightsMode.Native);
        (last, nll) = TinyGoldenTests.Compute(native, golden.PromptIds);
        var deviation = Math.Sqrt(last.Zip(expected.LogitsLast, (a, e) => Math.Pow(a - e, 2)).Average());
        Console.WriteLine($"measured: {type} native, logits off by {deviation:F4} (standard deviation), mean NLL by {nll - expected.MeanNll:F4}");
        Assert.True(deviation <= Int8Tolerance, $"{type}: the logits are off by {deviation} (standard deviation)");
    }
}
