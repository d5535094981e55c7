using System.Text;
using Preble.Inference;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Families;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;
using Preble.InferenceNative.Tests.Engine;
using Preble.InferenceNative.Tests.Goldens;

namespace Preble.InferenceNative.Tests.ModelFiles;

public sealed class FamilyTests
{
    private static readonly int[] Prompt = [.. Enumerable.Range(0, 40).Select(i => (i * 37) % 512)];

    [Theory]
    [InlineData("llama")]
    [InlineData("llama-tied-wide-heads")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("qwen3-moe")]
    [InlineData("mixtral")]
    [InlineData("mixtral", false)]
    [InlineData("phi3")]
    public void A_GGUF_file_gives_the_logits_of_the_same_model_from_Hugging_Face(string folder, bool stackExperts = true)
    {
        var (huggingFace, gguf) = ReadBoth(folder, stackExperts, LogitsOf);

        Closeness.AssertWithin(1e-4, huggingFace, gguf, folder);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("mistral-sliding-window")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("qwen3-moe")]
    [InlineData("mixtral")]
    [InlineData("phi3")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    public void Both_formats_say_the_same_of_a_model(string folder)
    {
        var (huggingFace, gguf) = ReadBoth(folder, stackExperts: true, checkpoint => checkpoint);

        // What the formats hold in other ways: the order of rotated elements, a norm's one, a scale that follows from the head size, and the period of
        // windows in a model that is shorter than it.
        var expected = huggingFace.Config with
        {
            RopeOrder = gguf.Config.RopeOrder, NormPlusOne = false, AttentionScale = gguf.Config.AttentionScale, WindowPeriod = gguf.Config.WindowPeriod,
        };
        Assert.Equal(expected, gguf.Config);
        Assert.Equal(Places(huggingFace), Places(gguf));
        Assert.Equal(huggingFace.InverseFrequencies, gguf.InverseFrequencies);
    }

    [Fact]
    public void What_families_set_is_read()
    {
        Assert.Equal((16, 0), Of("mistral-sliding-window", c => (c.Window, c.WindowPeriod)));
        Assert.Equal((16, 2), Of("gemma2", c => (c.Window, c.WindowPeriod)));
        Assert.Equal((0, 0), Of("phi3", c => (c.Window, c.WindowPeriod)));
        Assert.Equal((8, 2, true, 64), Of("qwen3-moe", c => (c.Experts, c.ExpertsUsed, c.ExpertsNormed, c.FeedForward)));
        Assert.Equal((4, 2, true, 256), Of("mixtral", c => (c.Experts, c.ExpertsUsed, c.ExpertsNormed, c.FeedForward)));
        Assert.Equal((50, 30, true, Activation.Gelu), Of("gemma2", c => (c.AttentionSoftcap, c.LogitSoftcap, c.NormPlusOne, c.Activation)));
        Assert.Equal((float)(1 / Math.Sqrt(32)), Of("gemma3", c => c.AttentionScale));
        Assert.Equal((float)Math.Sqrt(128), Of("gemma3", c => c.EmbeddingScale));
    }

    [Theory]
    [InlineData("MistralForCausalLM", "\"sliding_window\": 100", 100, 0)]
    [InlineData("MistralForCausalLM", "\"sliding_window\": 2048", 2048, 0)]
    [InlineData("MistralForCausalLM", "\"sliding_window\": null", 0, 0)]
    [InlineData("Qwen2ForCausalLM", "\"sliding_window\": 100, \"use_sliding_window\": false", 0, 0)]
    [InlineData("Qwen2ForCausalLM", "\"sliding_window\": 100, \"use_sliding_window\": true, \"max_window_layers\": 4", 0, 0)]
    [InlineData("Qwen2ForCausalLM", "\"sliding_window\": 100, \"use_sliding_window\": true, \"max_window_layers\": 0", 100, 0)]
    [InlineData("Gemma3ForCausalLM", "\"sliding_window\": 100, \"query_pre_attn_scalar\": 16", 100, 6)]
    [InlineData("Gemma3ForCausalLM", "\"sliding_window\": 100, \"sliding_window_pattern\": 3", 100, 3)]
    [InlineData("Gemma3ForCausalLM", "\"sliding_window\": 2048", 2048, 6)]
    [InlineData("Gemma2ForCausalLM", "\"sliding_window\": 100, \"layer_types\": [\"sliding_attention\", \"sliding_attention\", \"full_attention\", \"sliding_attention\"]", 100, 3)]
    [InlineData("Gemma2ForCausalLM", "\"sliding_window\": 100, \"layer_types\": [\"full_attention\", \"full_attention\", \"full_attention\", \"full_attention\"]", 0, 0)]
    public void Windows_are_read_as_the_family_means_them(string architecture, string setting, int window, int period)
    {
        var config = Read(architecture, setting);

        Assert.Equal((window, period), (config.Window, config.WindowPeriod));
    }

    [Theory]
    [InlineData("Qwen2ForCausalLM", "\"sliding_window\": 9, \"use_sliding_window\": true, \"max_window_layers\": 2", "max_window_layers is 2, and such a variant of Qwen2 is not supported")]
    [InlineData("Qwen3MoeForCausalLM", "\"decoder_sparse_step\": 2", "decoder_sparse_step is 2, and such a variant of Qwen3-MoE is not supported")]
    [InlineData("Qwen3MoeForCausalLM", "\"mlp_only_layers\": [1]", "mlp_only_layers is [1], and such a variant of Qwen3-MoE is not supported")]
    [InlineData("Qwen3MoeForCausalLM", "\"moe_intermediate_size\": 8", "num_local_experts is missing")]
    [InlineData("Phi3ForCausalLM", "\"partial_rotary_factor\": 0.75", "partial_rotary_factor is 0.75, and such a variant of Phi-3 is not supported")]
    [InlineData("Gemma2ForCausalLM", "\"hidden_activation\": \"relu\"", "hidden_activation is relu, and such a variant of Gemma 2 is not supported")]
    [InlineData("MistralForCausalLM", "\"sliding_window\": 9, \"layer_types\": [\"linear\"]", "layer_types does not name full_attention or sliding_attention for each of the 4 layers")]
    [InlineData("MistralForCausalLM", "\"sliding_window\": 9, \"layer_types\": [\"full_attention\", \"sliding_attention\", \"full_attention\", \"full_attention\"]", "layer_types has layers with a window in an order that is not supported")]
    public void A_variant_that_is_not_computed_is_named(string architecture, string setting, string expected)
        => Assert.Equal($"config.json: {expected}.", Assert.Throws<ModelFileException>(() => Read(architecture, setting)).Message);

    [Fact]
    public void The_older_form_of_Gemma_3s_rotary_bases_is_read()
    {
        var json = Parse("""{"rope_theta": 1000000.0, "rope_local_base_freq": 100.0, "rope_scaling": {"rope_type": "linear", "factor": 8.0}}""");

        Assert.Equal([1 / 8f, 1 / 8_000f, 1, 0.1f], new Gemma3().Frequencies(json, 4));
    }

    private static T Of<T>(string folder, Func<ModelConfig, T> ask) => ask(HuggingFaceCheckpoint.Read(TestModels.TinyFolder(folder)).Config);

    private static ModelConfig Read(string architecture, string setting)
    {
        var json = Parse($$"""
            {"architectures": ["{{architecture}}"], "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 4, "num_attention_heads": 4,
             "vocab_size": 100, {{setting}}}
            """);
        return ModelFamilies.Of(json).Read(json);
    }

    private static JsonFile Parse(string json) => JsonFile.Parse(Encoding.UTF8.GetBytes(json), "config.json");

    private static (T HuggingFace, T Gguf) ReadBoth<T>(string folder, bool stackExperts, Func<Checkpoint, T> read)
    {
        using var temporary = new TemporaryFolder();
        temporary.Write("model.gguf", new GgufConversion(TestModels.TinyFolder(folder), stackExperts).ToBytes());
        var gguf = GgufCheckpoint.Read(GgufFile.Open(Path.Combine(temporary.Path, "model.gguf")));
        return (read(HuggingFaceCheckpoint.Read(TestModels.TinyFolder(folder))), read(gguf));
    }

    private static IEnumerable<(TensorRole, int, int, long, long)> Places(Checkpoint checkpoint)
        => checkpoint.Tensors.Select(t => (t.Role, t.Layer, t.Expert, t.Rows, t.Columns)).Order();

    private static float[] LogitsOf(Checkpoint checkpoint)
    {
        using var model = new LoadedModel(checkpoint, WeightsMode.F32);
        using var driver = new EngineDriver(model);
        var all = new List<float>();
        driver.VisitLogits(Prompt, (_, logits) => all.AddRange(logits));
        return [.. all];
    }
}
