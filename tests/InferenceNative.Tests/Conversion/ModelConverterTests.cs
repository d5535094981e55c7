using Preble.Inference;
using Preble.Inference.Conversion;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Gguf;
using Preble.InferenceNative.Tests.Engine;
using Preble.InferenceNative.Tests.Goldens;
using Preble.InferenceNative.Tests.ModelFiles;

namespace Preble.InferenceNative.Tests.Conversion;

public sealed class ModelConverterTests
{
    private static readonly int[] Prompt = [1, 17, 300, 4, 99, 256, 31, 7, 410, 12, 55, 3];

    /// <summary>One truth: what is converted at load and what was converted on disk are the same weights.</summary>
    [Theory]
    [InlineData("F32", "q8_0", WeightsMode.Int8)]
    [InlineData("F32", "q4_0", WeightsMode.Int4)]
    [InlineData("Q4_1", "q8_0", WeightsMode.Int8)]
    [InlineData("Q8_0", "q4_0", WeightsMode.Int4)]
    [InlineData("F16", "bf16", WeightsMode.Bf16)]
    public void A_converted_file_gives_the_bits_of_its_source_converted_at_load(string source, string to, WeightsMode mode)
    {
        using var folder = new TemporaryFolder();
        var target = Convert(TestModels.TinyGguf(source), to, folder);

        Closeness.AssertSameBits(Logits(TestModels.TinyGguf(source), mode), Logits(target, WeightsMode.Native), $"{source} to {to}");
    }

    [Fact]
    public void Converting_to_floats_loses_nothing_of_four_bits()
    {
        using var folder = new TemporaryFolder();
        var target = Convert(TestModels.TinyGguf("Q4_1"), "f32", folder);

        Closeness.AssertSameBits(Logits(TestModels.TinyGguf("Q4_1"), WeightsMode.F32), Logits(target, WeightsMode.F32), "Q4_1 to f32");
    }

    [Fact]
    public void A_converted_file_has_its_sources_metadata_and_the_types_asked_for()
    {
        using var folder = new TemporaryFolder();
        var source = GgufFile.Open(TestModels.TinyGguf("F32"));
        var target = GgufFile.Open(Convert(source.Path, "q4_1", folder));

        Assert.Equal(
            source.Metadata.Keys.Append("general.file_type").Distinct().Order(StringComparer.Ordinal), target.Metadata.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(source.Metadata.Strings("tokenizer.ggml.tokens"), target.Metadata.Strings("tokenizer.ggml.tokens"));
        Assert.Equal(3, target.Metadata.Integer("general.file_type"));
        Assert.Equal(source.Tensors.Select(t => t.Name), target.Tensors.Select(t => t.Name));
        foreach (var tensor in target.Tensors)
        {
            var vocabulary = tensor.Name is "token_embd.weight" or "output.weight";
            Assert.Equal(tensor.Shape.Count == 1 ? TensorType.F32 : vocabulary ? TensorType.Q8_0 : TensorType.Q4_1, (TensorType)tensor.TypeNumber);
        }
    }

    [Fact]
    public void A_file_that_is_there_is_kept_unless_told_otherwise()
    {
        using var folder = new TemporaryFolder();
        folder.Write("model.gguf", "mine");
        var path = Path.Combine(folder.Path, "model.gguf");

        var error = Assert.Throws<ModelFileException>(() => Write(TestModels.TinyGguf("F32"), TensorType.Q8_0, path, overwrite: false));

        Assert.Equal($"{path}: there is a file of this name already; --force replaces it.", error.Message);
        Assert.Equal("mine", File.ReadAllText(path));
        Write(TestModels.TinyGguf("F32"), TensorType.Q8_0, path, overwrite: true);
        Assert.Equal(512, ModelPackage.Open(path).Tokenizer.Tokens.Count);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void What_fails_in_the_middle_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.gguf");
        using var cancelled = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => ModelConverter.Convert(
            TestModels.TinyGguf("F32"), TensorType.Q8_0, path, overwrite: false, _ => cancelled.Cancel(), cancelled.Token));

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_target_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        var nowhere = Path.Combine(folder.Path, "no", "model.gguf");

        Assert.StartsWith(
            $"{nowhere}: the file cannot be written: ",
            Assert.Throws<ModelFileException>(() => Write(TestModels.TinyGguf("F32"), TensorType.F16, nowhere, overwrite: false)).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            $"{folder.Path}: there is a folder of this name.",
            Assert.Throws<ModelFileException>(() => Write(TestModels.TinyGguf("F32"), TensorType.F16, folder.Path, overwrite: true)).Message);
    }

    private static string Convert(string source, string to, TemporaryFolder folder)
    {
        var target = Path.Combine(folder.Path, "converted.gguf");
        Write(source, ConversionTypes.Find(to)!.Value, target, overwrite: false);
        return target;
    }

    private static void Write(string source, TensorType to, string target, bool overwrite)
    {
        var last = 0.0;
        ModelConverter.Convert(
            source,
            to,
            target,
            overwrite,
            share =>
            {
                Assert.InRange(share, last, 1);
                last = share;
            },
            CancellationToken.None);
        Assert.Equal(1, last);
    }

    private static float[] Logits(string path, WeightsMode mode)
    {
        using var model = ModelPackage.Open(path).Load(mode);
        using var driver = new EngineDriver(model);
        float[] last = [];
        driver.VisitLogits(Prompt, (_, logits) => last = logits);
        return last;
    }
}
