using Preble.Inference;
using Preble.Inference.Conversion;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;
using Preble.InferenceNative.Tests.Engine;
using Preble.InferenceNative.Tests.ModelFiles;

namespace Preble.InferenceNative.Tests.Goldens;

/// <summary>Tiny random models in float32, compared with PyTorch: one a tensor type, one a variation of the architecture.</summary>
public sealed class TinyGoldenTests
{
    private const double Tolerance = 1e-3;

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("Q8_0")]
    [InlineData("Q4_0")]
    [InlineData("Q4_1")]
    public void A_GGUF_model_of_each_type_gives_the_logits_of_its_dequantised_weights(string type)
    {
        var golden = Golden.Read<TinyGgufGolden>("tiny-gguf", "golden.json");
        var expected = golden.Files[$"tiny-llama.{type}.gguf"];
        using var model = ModelPackage.Open(TestModels.TinyGguf(type)).Load(WeightsMode.F32);

        var (last, nll) = Compute(model, golden.PromptIds);

        Closeness.AssertWithin(Tolerance, expected.LogitsLast, last, type);
        Assert.Equal(expected.MeanNll, nll, Tolerance);
    }

    [Theory]
    [InlineData("F32", 1e-3)]
    [InlineData("F16", 0.02)]
    [InlineData("BF16", 0.1)]
    [InlineData("Q8_0", 0.1)]
    [InlineData("Q4_0", 0.1)]
    [InlineData("Q4_1", 0.1)]
    public void Native_weights_stay_as_close_as_their_activations_allow(string type, double standardDeviation)
    {
        var golden = Golden.Read<TinyGgufGolden>("tiny-gguf", "golden.json");
        var expected = golden.Files[$"tiny-llama.{type}.gguf"].LogitsLast;
        using var model = ModelPackage.Open(TestModels.TinyGguf(type)).Load(WeightsMode.Native);

        var (last, _) = Compute(model, golden.PromptIds);

        var deviation = Math.Sqrt(last.Zip(expected, (a, e) => Math.Pow(a - e, 2)).Average());
        Assert.True(deviation <= standardDeviation, $"{type}: the logits are off by {deviation} (standard deviation)");
    }

    [Theory]
    [MemberData(nameof(TestModels.TinyFolders), MemberType = typeof(TestModels))]
    public void A_Hugging_Face_model_gives_the_reference_logits_and_tokens(string folder)
    {
        using var model = new LoadedModel(Round(HuggingFaceCheckpoint.Read(TestModels.TinyFolder(folder))), WeightsMode.F32);
        AssertGolden(model, folder);
    }

    /// <summary>The weights are BF16, so neither type loses anything of them.</summary>
    [Theory]
    [MemberData(nameof(TestModels.TinyFolders), MemberType = typeof(TestModels))]
    public void The_same_model_converted_to_GGUF_gives_them_too(string folder)
    {
        foreach (var type in new[] { TensorType.F32, TensorType.BF16 })
        {
            using var temporary = new TemporaryFolder();
            var target = Path.Combine(temporary.Path, "model.gguf");
            ModelConverter.Convert(TestModels.TinyFolder(folder), type, target, overwrite: false, _ => { }, CancellationToken.None);
            using var model = new LoadedModel(Round(GgufCheckpoint.Read(GgufFile.Open(target))), WeightsMode.F32);
            AssertGolden(model, $"{folder} as {type}", folder);
        }
    }

    private static void AssertGolden(LoadedModel model, string folder) => AssertGolden(model, folder, folder);

    private static void AssertGolden(LoadedModel model, string what, string folder)
    {
        foreach (var golden in Golden.Read<TinyGolden[]>("tiny-random", folder, "golden.json"))
        {
            int[] all = [.. golden.PromptIds, .. golden.OutputIds];
            using var driver = new EngineDriver(model);
            var likelihood = new Likelihood(golden.PromptIds);
            driver.VisitLogits(all, (position, logits) =>
            {
                if (position == 0)
                {
                    AssertTop(golden.LogitsFirstTop, logits);
                }

                if (position < golden.PromptIds.Length)
                {
                    likelihood.Add(position, logits);
                }

                if (position == golden.PromptIds.Length - 1)
                {
                    Closeness.AssertWithin(Tolerance, golden.LogitsLast, logits, $"{what}, {golden.Text}");
                }
            });
            Assert.Equal(golden.MeanNll, likelihood.MeanNll, Tolerance);
            AssertGreedy(driver, golden);
        }
    }

    // The reference had cast its whole model to bfloat16 and back, and with the weights its rotary frequencies and Gemma's embedding scale, which a
    // checkpoint does not store.
    private static Checkpoint Round(Checkpoint checkpoint) => checkpoint with
    {
        Config = checkpoint.Config with { EmbeddingScale = RoundToBFloat16(checkpoint.Config.EmbeddingScale) },
        InverseFrequencies = [.. checkpoint.InverseFrequencies.Select(RoundToBFloat16)],
    };

    private static float RoundToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000);
    }

    private static void AssertTop(double[][] expected, float[] logits)
    {
        foreach (var pair in expected)
        {
            Assert.Equal(pair[1], logits[(int)pair[0]], Tolerance);
        }
    }

    private static void AssertGreedy(EngineDriver driver, TinyGolden golden)
    {
        driver.FreeAllBlocks();
        var run = driver.Start(golden.PromptIds, golden.OutputIds.Length, forced: golden.OutputIds);
        driver.Finish([run]);
        for (var i = 0; i < golden.OutputIds.Length; i++)
        {
            Assert.True(run.Tokens[i] == golden.OutputIds[i] || golden.Margins[i] <= 0.01, $"{golden.Text}: token {i} differs at margin {golden.Margins[i]}");
        }
    }

    internal static (float[] Last, double MeanNll) Compute(LoadedModel model, int[] ids)
    {
        using var driver = new EngineDriver(model);
        var likelihood = new Likelihood(ids);
        float[] last = [];
        driver.VisitLogits(ids, (position, logits) =>
        {
            likelihood.Add(position, logits);
            last = logits;
        });
        return (last, likelihood.MeanNll);
    }
}
