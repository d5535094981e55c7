using System.Text.Json.Nodes;
using Preble.Inference;
using Preble.Inference.Conversion;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;
using Preble.InferenceNative.Tests.Engine;
using Preble.InferenceNative.Tests.Goldens;
using Preble.InferenceNative.Tests.ModelFiles;

namespace Preble.InferenceNative.Tests.Conversion;

/// <summary>Hugging Face folders as GGUF files; that they give the reference's tokens is among the goldens.</summary>
public sealed class FolderConversionTests
{
    private const string Divisors = "rope_freqs.weight";

    [Theory]
    [MemberData(nameof(TestModels.TinyFolders), MemberType = typeof(TestModels))]
    public void A_file_has_the_tensors_of_the_dumb_converter(string name)
    {
        using var folder = new TemporaryFolder();
        folder.Write("dumb.gguf", new GgufConversion(TestModels.TinyFolder(name)).ToBytes());
        var dumb = GgufFile.Open(Path.Combine(folder.Path, "dumb.gguf"));
        var file = GgufFile.Open(Convert(TestModels.TinyFolder(name), TensorType.F32, folder));

        Assert.Equal(
            dumb.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal),
            file.Tensors.Select(t => t.Name).Where(t => t != Divisors).Order(StringComparer.Ordinal));
        foreach (var expected in dumb.Tensors)
        {
            var tensor = file.Tensors.Single(t => t.Name == expected.Name);
            Assert.Equal(expected.Shape, tensor.Shape);
            Assert.Equal(TensorType.F32, (TensorType)tensor.TypeNumber);
            Assert.True(Bytes(dumb, expected).SequenceEqual(Bytes(file, tensor)), $"{name}: {tensor.Name} has other numbers");
        }

        // A mixture's dense width, which is nowhere used, is its experts' here.
        foreach (var key in dumb.Metadata.Keys.Where(key => !key.EndsWith(".feed_forward_length", StringComparison.Ordinal)))
        {
            Assert.Equal(Text(dumb.Metadata, key), Text(file.Metadata, key));
        }
    }

    [Theory]
    [MemberData(nameof(TestModels.TinyFolders), MemberType = typeof(TestModels))]
    public void A_file_computes_with_the_frequencies_of_its_folder(string name)
    {
        using var folder = new TemporaryFolder();
        var source = HuggingFaceCheckpoint.Read(TestModels.TinyFolder(name));
        var written = GgufCheckpoint.Read(GgufFile.Open(Convert(TestModels.TinyFolder(name), TensorType.F16, folder)));

        Closeness.AssertWithin(1e-7, [.. source.InverseFrequencies], [.. written.InverseFrequencies], name);
    }

    [Theory]
    [InlineData("gemma3", """{"full_attention": {"rope_type": "linear", "factor": 8, "rope_theta": 500000}, "sliding_attention": {"rope_type": "default", "rope_theta": 5000}}""")]
    [InlineData("qwen2", """{"rope_type": "linear", "factor": 2, "rope_theta": 1000}""")]
    public void Rotary_bases_and_a_factor_are_kept(string name, string rope)
    {
        using var source = WithSetting(name, "rope_parameters", rope);
        using var folder = new TemporaryFolder();
        var (expected, actual) = (HuggingFaceCheckpoint.Read(source.Path), GgufCheckpoint.Read(GgufFile.Open(Convert(source.Path, TensorType.F16, folder))));

        Assert.NotEqual(HuggingFaceCheckpoint.Read(TestModels.TinyFolder(name)).InverseFrequencies, expected.InverseFrequencies);
        Assert.Equal(expected.InverseFrequencies, actual.InverseFrequencies);
    }

    /// <summary>A head must not be cut in two by the end of what is read at once.</summary>
    [Theory]
    [InlineData("llama")]
    [InlineData("mixtral")]
    public void The_size_of_what_is_read_at_once_makes_no_difference(string name)
    {
        var (source, files) = (TestModels.TinyFolder(name), new List<byte[]>());
        foreach (var chunkBytes in new[] { 1, 5_000, ConversionWriter.ChunkBytes })
        {
            using var stream = new MemoryStream();
            ConversionWriter.Write(
                HuggingFacePlan.Make(source, ModelPackage.Open(source), TensorType.Q8_0), stream, _ => { }, CancellationToken.None, chunkBytes);
            files.Add(stream.ToArray());
        }

        Assert.All(files, file => Assert.True(files[0].AsSpan().SequenceEqual(file)));
    }

    /// <summary>One truth: a folder converted at load and on disk are the same weights, where no rows change their places.</summary>
    [Theory]
    [InlineData("qwen3", "q8_0", WeightsMode.Int8)]
    [InlineData("qwen3-moe", "q4_0", WeightsMode.Int4)]
    [InlineData("phi3", "q4_0", WeightsMode.Int4)]
    [InlineData("gemma3", "bf16", WeightsMode.Bf16)]
    public void A_converted_folder_gives_the_bits_of_its_source_converted_at_load(string name, string to, WeightsMode mode)
    {
        using var folder = new TemporaryFolder();
        var target = Convert(TestModels.TinyFolder(name), ConversionTypes.Find(to)!.Value, folder);

        Closeness.AssertSameBits(Logits(TestModels.TinyFolder(name), mode), Logits(target, WeightsMode.Native), $"{name} to {to}");
    }

    [Fact]
    public void Shards_become_one_file()
    {
        var llama = TestModels.TinyFolder("llama");
        using var sharded = new TemporaryFolder().CopyOf(llama, without: "model.safetensors");
        HuggingFaceFolderTests.WriteShards(sharded);
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();

        Closeness.AssertSameBits(
            Logits(Convert(llama, TensorType.BF16, folder), WeightsMode.F32),
            Logits(Convert(sharded.Path, TensorType.BF16, other), WeightsMode.F32),
            "in shards");
    }

    [Fact]
    public void Norms_and_routers_are_floats_whatever_the_matrices_are()
    {
        using var folder = new TemporaryFolder();
        var file = GgufFile.Open(Convert(TestModels.TinyFolder("qwen3-moe"), TensorType.Q4_0, folder));

        Assert.All(file.Tensors.Where(t => t.Shape.Count == 1 || t.Name.Contains("gate_inp", StringComparison.Ordinal)), t => Assert.Equal(0u, t.TypeNumber));
        Assert.Equal(2u, file.Tensors.Single(t => t.Name == "blk.1.ffn_down_exps.weight").TypeNumber);
        Assert.Equal([64, 128, 8], file.Tensors.Single(t => t.Name == "blk.1.ffn_down_exps.weight").Shape);
        Assert.Equal(2, file.Metadata.Integer("general.file_type"));
    }

    [Theory]
    [InlineData("qwen3-moe", "norm_topk_prob", "false", "GGUF has no place for what config.json says with norm_topk_prob")]
    [InlineData("gemma3", "query_pre_attn_scalar", "64", "GGUF has no place for what config.json says with query_pre_attn_scalar")]
    [InlineData("mistral-sliding-window", "layer_types", "[\"sliding_attention\", \"full_attention\"]", "GGUF has no place for what config.json says with sliding_window or layer_types")]
    [InlineData("gemma3", "rope_parameters", """{"full_attention": {"rope_type": "default"}, "sliding_attention": {"rope_type": "linear", "factor": 2}}""", "GGUF has no place for what config.json says with rope_parameters or rope_scaling")]
    public void A_setting_that_GGUF_cannot_hold_is_named(string name, string setting, string value, string expected)
    {
        using var source = WithSetting(name, setting, value);
        using var folder = new TemporaryFolder();
        _ = ModelPackage.Open(source.Path);

        var error = Assert.Throws<ModelFileException>(() => Convert(source.Path, TensorType.BF16, folder));

        Assert.Equal($"A GGUF file cannot hold this model: {Path.GetFileName(source.Path)}: {expected}.", error.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_window_that_readers_of_GGUF_do_not_know_is_refused()
    {
        using var source = WithSetting("qwen2", "use_sliding_window", "true", ("sliding_window", "16"), ("layer_types", """["sliding_attention", "sliding_attention"]"""));
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<ModelFileException>(() => Convert(source.Path, TensorType.BF16, folder));

        Assert.EndsWith(": qwen2.attention.sliding_window is 16, and such a variant of Qwen2 is not supported.", error.Message, StringComparison.Ordinal);
    }

    private static TemporaryFolder WithSetting(string name, string setting, string value, params (string Name, string Value)[] more)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(TestModels.TinyFolder(name), "config.json")))!.AsObject();
        foreach (var (key, text) in more.Append((setting, value)))
        {
            json[key] = JsonNode.Parse(text);
        }

        var folder = new TemporaryFolder().CopyOf(TestModels.TinyFolder(name), without: "config.json");
        folder.Write("config.json", json.ToJsonString());
        return folder;
    }

    internal static string Convert(string source, TensorType type, TemporaryFolder folder)
    {
        var target = Path.Combine(folder.Path, "converted.gguf");
        ModelConverter.Convert(source, type, target, overwrite: false, _ => { }, CancellationToken.None);
        return target;
    }

    private static byte[] Bytes(GgufFile file, GgufTensor tensor) => ModelStreams.ReadAt(file.Path, tensor.Offset, (int)tensor.SizeBytes);

    private static string Text(GgufMetadata metadata, string key)
        => key == "general.architecture" ? metadata.String(key) : metadata.Number(key).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static float[] Logits(string path, WeightsMode mode)
    {
        using var model = ModelPackage.Open(path).Load(mode);
        using var driver = new EngineDriver(model);
        float[] last = [];
        driver.VisitLogits([1, 17, 300, 4, 99, 256, 31, 7, 410, 12, 55, 3], (_, logits) => last = logits);
        return last;
    }
}
