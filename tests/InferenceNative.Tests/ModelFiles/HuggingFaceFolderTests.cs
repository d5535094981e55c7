using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Preble.Inference;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.HuggingFace;
using Preble.InferenceNative.Tests.Engine;

namespace Preble.InferenceNative.Tests.ModelFiles;

public sealed class HuggingFaceFolderTests
{
    private const string Weights = "model.safetensors";
    private const string Index = "model.safetensors.index.json";

    private static readonly string Llama = TestModels.TinyFolder("llama");

    [Fact]
    public void A_checkpoint_in_shards_is_the_same_model_as_a_whole_one()
    {
        using var folder = new TemporaryFolder().CopyOf(Llama, without: Weights);
        WriteShards(folder);
        using var whole = ModelPackage.Open(Llama).Load(WeightsMode.F32);
        using var sharded = ModelPackage.Open(folder.Path).Load(WeightsMode.F32);
        using var driver = new EngineDriver(whole);
        using var shardedDriver = new EngineDriver(sharded);
        driver.Traced = shardedDriver.Traced = true;

        shardedDriver.Generate([5, 6, 7], 4).AssertSameAs(driver.Generate([5, 6, 7], 4), "in shards");
    }

    [Theory]
    [InlineData("../model-1.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("model-1.bin")]
    public void A_shard_outside_the_folder_is_refused(string shard)
    {
        using var folder = new TemporaryFolder().CopyOf(Llama, without: Weights);
        folder.Write(Index, JsonSerializer.Serialize(new { weight_map = new Dictionary<string, string> { ["a"] = shard } }));

        var error = Assert.Throws<ModelFileException>(() => HuggingFaceCheckpoint.Read(folder.Path));

        Assert.Equal($"{Index}: weight_map names \"{shard}\", which is not a safetensors file of this folder.", error.Message);
    }

    [Fact]
    public void A_folder_without_weights_says_what_it_lacks()
    {
        using var folder = new TemporaryFolder().CopyOf(Llama, without: Weights);

        var error = Assert.Throws<ModelFileException>(() => HuggingFaceCheckpoint.Read(folder.Path));

        Assert.Equal($"{folder.Path}: there is neither {Weights} nor {Index}.", error.Message);
    }

    [Fact]
    public void An_untied_model_without_a_head_is_incomplete()
    {
        using var folder = new TemporaryFolder().CopyOf(TestModels.TinyFolder("llama-tied-wide-heads"), without: "config.json");
        var config = File.ReadAllText(Path.Combine(TestModels.TinyFolder("llama-tied-wide-heads"), "config.json"));
        folder.Write("config.json", config.Replace("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false", StringComparison.Ordinal));

        var error = Assert.Throws<ModelFileException>(() => HuggingFaceCheckpoint.Read(folder.Path));

        Assert.EndsWith(": the tensor lm_head.weight is missing.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"chat_template\": \"text\"", null, "text")]
    [InlineData("\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"t\"}, {\"name\": \"default\", \"template\": \"d\"}]", null, "d")]
    [InlineData("\"chat_template\": \"text\"", "file", "file")]
    [InlineData("\"chat_template\": null", null, null)]
    public void The_chat_template_is_found_in_each_of_its_places(string setting, string? file, string? expected)
    {
        using var folder = new TemporaryFolder().CopyOf(Llama, without: "tokenizer_config.json");
        folder.Write("tokenizer_config.json", $"{{\"eos_token\": \"<|eos|>\", {setting}}}");
        if (file is not null)
        {
            folder.Write("chat_template.jinja", file);
        }

        Assert.Equal(expected, ModelPackage.Open(folder.Path).ChatTemplate);
    }

    [Fact]
    public void Every_end_token_of_the_generation_configuration_ends_a_sequence()
    {
        using var folder = new TemporaryFolder().CopyOf(Llama, without: "generation_config.json");
        folder.Write("generation_config.json", "{\"eos_token_id\": [7, 1]}");

        Assert.Equal([1, 7], ModelPackage.Open(folder.Path).Tokenizer.EndTokens);
    }

    /// <summary>Cuts the Llama's one file in two: every second tensor goes to the second shard.</summary>
    internal static void WriteShards(TemporaryFolder folder)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Llama, Weights));
        var start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, start - 8))!.AsObject();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var tensors = header.Where(pair => pair.Key != "__metadata__").ToList();
        for (var shard = 0; shard < 2; shard++)
        {
            var (entries, data) = (new JsonObject(), new List<byte>());
            foreach (var (name, value) in tensors.Where((_, i) => i % 2 == shard))
            {
                var (from, to) = ((int)value!["data_offsets"]![0]!, (int)value["data_offsets"]![1]!);
                var entry = value.DeepClone();
                entry["data_offsets"] = new JsonArray(data.Count, data.Count + to - from);
                entries.Add(name, entry);
                data.AddRange(bytes[(start + from)..(start + to)]);
                names.Add(name, $"model-{shard}.safetensors");
            }

            var json = JsonSerializer.SerializeToUtf8Bytes(entries);
            folder.Write($"model-{shard}.safetensors", [.. BitConverter.GetBytes((long)json.Length), .. json, .. data]);
        }

        folder.Write(Index, JsonSerializer.Serialize(new { weight_map = names }));
    }
}
