using Preble.Inference;
using Preble.Inference.Conversion;
using Preble.Inference.ModelFiles;
using Preble.InferenceNative.Tests.Engine;
using Preble.InferenceNative.Tests.ModelFiles;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Goldens;

/// <summary>
/// What rounding weights and activations costs on real text, this project's documentation: the mean negative log-likelihood of the embedded
/// model beside that of the float32 path on the same weights.
/// </summary>
public sealed class AccuracyTests
{
    /// <summary>Set to 1 for the measurement at full size: eight times the text, and two models more.</summary>
    private const string FullVariable = "PREBLE_FULL_MEASUREMENTS";
    private const int FullTokens = 8_000;
    private const int UsualTokens = 1_000;
    private const int WindowTokens = 512;

    private static readonly bool Full = string.Equals(Environment.GetEnvironmentVariable(FullVariable), "1", StringComparison.Ordinal);

    private static readonly int[] Documentation = Encode();

    private static readonly Lazy<double> Float = new(() => MeanNll(TestModels.SmolFloat));

    /// <summary>Its matrices are Q4_1: four bits with int8 activations against the same weights in float32.</summary>
    [Fact]
    public void Four_bit_weights_stay_within_two_percent_of_their_own_float_path() => AssertWithin(0.02, Float.Value, MeanNll(TestModels.SmolNative), "native Q4_1");

    [Fact]
    public void Eight_bit_weights_stay_within_one_percent_of_the_float_path()
    {
        using var model = ModelPackage.Open(RepositoryPaths.EmbeddedModel).Load(WeightsMode.Int8);

        AssertWithin(0.01, Float.Value, MeanNll(model), "int8");
    }

    [Fact]
    public void Bfloat_weights_stay_within_half_a_percent_of_the_float_path()
    {
        if (!IsFullRun("BF16"))
        {
            return;
        }

        using var model = ModelPackage.Open(RepositoryPaths.EmbeddedModel).Load(WeightsMode.Bf16);

        AssertWithin(0.005, Float.Value, MeanNll(model), "bf16");
    }

    [Fact]
    public void A_model_converted_to_Q4_0_stays_within_two_percent_of_its_own_float_path()
    {
        if (!IsFullRun("Q4_0, with a float path of its own,"))
        {
            return;
        }

        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "smol.Q4_0.gguf");
        ModelConverter.Convert(RepositoryPaths.EmbeddedModel, TensorType.Q4_0, path, overwrite: false, _ => { }, CancellationToken.None);
        using var native = ModelPackage.Open(path).Load(WeightsMode.Native);
        using var exact = ModelPackage.Open(path).Load(WeightsMode.F32);

        AssertWithin(0.02, MeanNll(exact), MeanNll(native), "native Q4_0");
    }

    private static bool IsFullRun(string what)
    {
        if (!Full)
        {
            Console.WriteLine($"extra test: set {FullVariable}=1 for {what} and {FullTokens} tokens");
        }

        return Full;
    }

    private static void AssertWithin(double share, double expected, double actual, string what)
    {
        Console.WriteLine($"measured: {what} on {Documentation.Length} tokens of documentation, mean NLL {actual:F4} where float32 has {expected:F4}, {(actual / expected) - 1:P3}");
        Assert.InRange(actual, expected * (1 - share), expected * (1 + share));
    }

    private static double MeanNll(LoadedModel model)
    {
        using var driver = new EngineDriver(model);
        var (sum, count) = (0.0, 0);
        foreach (var window in Documentation.Chunk(WindowTokens))
        {
            driver.FreeAllBlocks();
            var likelihood = new Likelihood(window);
            driver.VisitLogits(window, likelihood.Add);
            sum += likelihood.MeanNll * (window.Length - 1);
            count += window.Length - 1;
        }

        return sum / count;
    }

    private static int[] Encode()
    {
        var files = Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "docs"), "*.md").Order(StringComparer.Ordinal);
        var text = string.Concat(files.Select(File.ReadAllText));
        var ids = ModelPackage.Open(RepositoryPaths.EmbeddedModel).Tokenizer.CreateTokenizer().Encode(text, parseSpecial: false);
        return ids[..Math.Min(ids.Length, Full ? FullTokens : UsualTokens)];
    }
}
