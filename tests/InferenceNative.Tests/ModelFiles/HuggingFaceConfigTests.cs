using System.Text;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Families;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.InferenceNative.Tests.ModelFiles;

public sealed class HuggingFaceConfigTests
{
    private const string Sizes = """
        "architectures": ["LlamaForCausalLM"], "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 100
        """;

    [Fact]
    public void Left_out_sizes_follow_from_the_others()
    {
        var config = new Llama().Read(Parse($"{{{Sizes}}}"));

        Assert.Equal(new ModelConfig(2, 64, 128, 4, 4, 16, 100, 2_048, RopeOrder.Halves, 1e-6f), config);
    }

    [Fact]
    public void A_head_size_of_its_own_and_fewer_key_value_heads_are_read()
    {
        var config = new Llama().Read(Parse($$"""{{{Sizes}}, "head_dim": 64, "num_key_value_heads": 2, "rms_norm_eps": 1e-5}"""));

        Assert.Equal((64, 2, 1e-5f), (config.HeadSize, config.KvHeads, config.NormEpsilon));
    }

    [Theory]
    [InlineData("""
        "rope_parameters": {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 64}
        """)]
    [InlineData("""
        "rope_theta": 500000, "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 64}
        """)]
    [InlineData("""
        "rope_theta": 500000, "rope_scaling": {"type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 64}
        """)]
    public void Rotary_scaling_is_read_in_the_new_form_and_in_the_old_ones(string rope)
    {
        var (theta, scaling) = HuggingFaceConfig.ReadRope(Parse($"{{{rope}}}"));

        Assert.Equal(500_000, theta);
        Assert.Equal(new RopeScaling.Llama3(8, 1, 4, 64), scaling);
    }

    [Theory]
    [InlineData("\"rope_theta\": 1000, \"rope_scaling\": null")]
    [InlineData("\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 1000}")]
    public void Rotary_frequencies_without_scaling_are_read_in_both_forms(string rope)
        => Assert.Equal((1_000, RopeScaling.None), HuggingFaceConfig.ReadRope(Parse($"{{{rope}}}")));

    [Theory]
    [InlineData("\"attention_bias\": true", "attention_bias is True, and such a variant of Llama is not supported")]
    [InlineData("\"mlp_bias\": true", "mlp_bias is True, and such a variant of Llama is not supported")]
    [InlineData("\"hidden_act\": \"gelu\"", "hidden_act is gelu, and such a variant of Llama is not supported")]
    [InlineData("\"partial_rotary_factor\": 0.5", "partial_rotary_factor is 0.5, and such a variant of Llama is not supported")]
    [InlineData("\"num_key_value_heads\": 0", "num_key_value_heads is not a whole number from 1 to 16777216")]
    [InlineData("\"num_key_value_heads\": 3", "4 heads cannot share 3 key/value heads evenly")]
    [InlineData("\"head_dim\": 15", "the head size 15 is odd, so it cannot be rotated in pairs")]
    public void What_the_forward_pass_does_not_compute_is_refused(string setting, string expected)
    {
        var error = Assert.Throws<ModelFileException>(() => new Llama().Read(Parse($"{{{Sizes}, {setting}}}")).Validate("config.json"));

        Assert.Equal($"config.json: {expected}.", error.Message);
    }

    [Fact]
    public void A_rotary_scaling_of_another_kind_is_named()
    {
        var error = Assert.Throws<ModelFileException>(() => HuggingFaceConfig.ReadRope(Parse("""{"rope_scaling": {"type": "yarn", "factor": 4}}""")));

        Assert.Equal("config.json: the rotary scaling yarn is not supported: supported are default, linear and llama3.", error.Message);
    }

    private static JsonFile Parse(string json) => JsonFile.Parse(Encoding.UTF8.GetBytes(json), "config.json");
}
