using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Inference.ModelFiles.HuggingFace;

namespace Preble.Inference.ModelFiles.Families;

/// <summary>
/// What Gemma 2 and 3 have in common: scaled embeddings, norms before and after each half of a layer, GELU, a scale of attention that need not follow
/// from the head size, and layers with a window among those that see all. In Hugging Face checkpoints norms multiply by one plus their weights; GGUF
/// files have the sum.
/// </summary>
internal abstract class Gemma : ModelFamily
{
    private const string Gelu = "gelu_pytorch_tanh";

    private static readonly TensorName[] HuggingFaceNorms =
    [
        new("model.layers.*.post_attention_layernorm.weight", TensorRole.PostAttentionNorm),
        new("model.layers.*.pre_feedforward_layernorm.weight", TensorRole.FeedForwardNorm),
        new("model.layers.*.post_feedforward_layernorm.weight", TensorRole.PostFeedForwardNorm),
    ];

    private static readonly TensorName[] GgufNorms =
    [
        new("blk.*.post_attention_norm.weight", TensorRole.PostAttentionNorm), new("blk.*.post_ffw_norm.weight", TensorRole.PostFeedForwardNorm),
    ];

    public override TensorNaming HuggingFaceNames { get; } = TensorNaming.HuggingFace.With(HuggingFaceNorms);

    public override TensorNaming GgufNames { get; } = TensorNaming.Gguf.With(GgufNorms);

    public override bool IsTiedByDefault => true;

    /// <summary>Layers from one that sees all to the next.</summary>
    protected abstract int WindowPeriod { get; }

    /// <summary>The layers of the largest model of the family, whose attention is scaled by its width and not by its head size.</summary>
    protected abstract int LargestModelLayers { get; }

    public override ModelConfig Read(JsonFile json)
    {
        var activation = json.Find("hidden_activation") is null ? "hidden_act" : "hidden_activation";
        HuggingFaceConfig.RefuseIf(json.FindString(activation) is not (null or Gelu), json, activation, Name);
        HuggingFaceConfig.RefuseIf(json.FindBool("use_bidirectional_attention") == true, json, "use_bidirectional_attention", Name);
        var config = WithTraits(HuggingFaceConfig.Read(json, Name)) with
        {
            NormPlusOne = true,
            AttentionScale = (float)(1 / Math.Sqrt(json.FindSize("query_pre_attn_scalar") ?? 256)),
            AttentionSoftcap = (float)(json.FindNumber("attn_logit_softcapping") ?? 0),
            LogitSoftcap = (float)(json.FindNumber("final_logit_softcapping") ?? 0),
        };
        return HuggingFaceWindow.Read(json, config, json.FindSize("sliding_window_pattern") ?? json.FindSize("_sliding_window_pattern") ?? WindowPeriod);
    }

    public override ModelConfig Read(GgufSettings settings)
    {
        const string attentionCap = "attn_logit_softcapping";
        const string logitCap = "final_logit_softcapping";
        var config = WithTraits(settings.Read(Name, RopeOrder.Halves, Llama.Window, attentionCap, logitCap)) with
        {
            AttentionSoftcap = (float)(settings.FindNumber(attentionCap) ?? 0),
            LogitSoftcap = (float)(settings.FindNumber(logitCap) ?? 0),
        };
        var scaled = config.Layers == LargestModelLayers
            ? config with { AttentionScale = (float)(1 / Math.Sqrt((double)config.Hidden / config.Heads)) }
            : config;
        return scaled.WithWindow(settings.FindSize(Llama.Window), settings.FindSize("attention.sliding_window_pattern") ?? WindowPeriod);
    }

    private static ModelConfig WithTraits(ModelConfig config) => config with
    {
        Activation = Activation.Gelu,
        EmbeddingScale = (float)Math.Sqrt(config.Hidden),
    };
}
