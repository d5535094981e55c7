using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>Qwen2 and Qwen2.5: queries, keys and values have biases.</summary>
internal sealed class Qwen2 : ModelFamily
{
    public override string Name => "Qwen2";

    public override string HuggingFaceArchitecture => "Qwen2ForCausalLM";

    public override string GgufArchitecture => "qwen2";

    public override TensorNaming HuggingFaceNames { get; } = TensorNaming.HuggingFace.With(
        new("model.layers.*.self_attn.q_proj.bias", TensorRole.QueryBias),
        new("model.layers.*.self_attn.k_proj.bias", TensorRole.KeyBias),
        new("model.layers.*.self_attn.v_proj.bias", TensorRole.ValueBias));

    public override TensorNaming GgufNames { get; } = TensorNaming.Gguf.With(
        new("blk.*.attn_q.bias", TensorRole.QueryBias), new("blk.*.attn_k.bias", TensorRole.KeyBias), new("blk.*.attn_v.bias", TensorRole.ValueBias));

    public override ModelConfig Read(JsonFile json) => WithWindow(json, base.Read(json), Name);

    /// <summary>The window of all Qwens: only if it is switched on, and then in the layers from `max_window_layers` on.</summary>
    public static ModelConfig WithWindow(JsonFile json, ModelConfig config, string family)
    {
        if (json.FindBool("use_sliding_window") != true)
        {
            return config;
        }

        var first = json.Find("layer_types") is null ? json.FindNumber("max_window_layers") ?? 28 : 0;
        HuggingFaceConfig.RefuseIf(first > 0 && first < config.Layers, json, "max_window_layers", family);
        return first > 0 ? config : HuggingFaceWindow.Read(json, config);
    }
}
