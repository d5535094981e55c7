using Preble.Inference.ModelFiles.Checkpoints;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>Writes what <see cref="GgufSettings"/> and the families read: sizes and settings under the architecture's name.</summary>
internal static class GgufModelEntries
{
    /// <param name="ropes">Base and scaling of all layers; or of those that see all, and of those with a window.</param>
    public static void Add(GgufEntries entries, string architecture, ModelConfig config, IReadOnlyList<(double Theta, RopeScaling Scaling)> ropes)
    {
        entries.Add("general.architecture", architecture);
        AddSizes(Size, config);
        AddVariants(Size, Number, config);
        Number("attention.layer_norm_rms_epsilon", config.NormEpsilon);
        Number("rope.freq_base", ropes[0].Theta);
        if (ropes.Count > 1)
        {
            Number("rope.freq_base_swa", ropes[1].Theta);
        }

        if (ropes[0].Scaling is RopeScaling.Linear { Factor: not 1 } linear)
        {
            entries.Add($"{architecture}.rope.scaling.type", "linear");
            Number("rope.scaling.factor", linear.Factor);
        }

        void Size(string name, int value) => entries.Add($"{architecture}.{name}", (long)value);

        void Number(string name, double value) => entries.Add($"{architecture}.{name}", value);
    }

    /// <summary>GGUF's form of Llama 3's scaling: a divisor for each frequency. Empty for other scalings.</summary>
    public static float[] Divisors(int headSize, (double Theta, RopeScaling Scaling) rope)
    {
        return rope.Scaling is RopeScaling.Llama3 ? [.. Enumerable.Range(0, headSize / 2).Select(Divisor)] : [];

        float Divisor(int i)
        {
            var frequency = Math.Pow(rope.Theta, -2.0 * i / headSize);
            return (float)(frequency / rope.Scaling.Apply(frequency));
        }
    }

    private static void AddSizes(Action<string, int> add, ModelConfig config)
    {
        add("vocab_size", config.Vocabulary);
        add("context_length", config.Context);
        add("embedding_length", config.Hidden);
        add("block_count", config.Layers);
        add("feed_forward_length", config.FeedForward);
        add("attention.head_count", config.Heads);
        add("attention.head_count_kv", config.KvHeads);
        add("attention.key_length", config.HeadSize);
        add("attention.value_length", config.HeadSize);
        add("rope.dimension_count", config.HeadSize);
    }

    private static void AddVariants(Action<string, int> size, Action<string, double> number, ModelConfig config)
    {
        if (config.Window > 0)
        {
            size("attention.sliding_window", config.Window);

            // No layer that sees all is one behind the last.
            size("attention.sliding_window_pattern", config.WindowPeriod > 0 ? config.WindowPeriod : config.Layers + 1);
        }

        if (config.Experts > 0)
        {
            size("expert_count", config.Experts);
            size("expert_used_count", config.ExpertsUsed);
            size("expert_feed_forward_length", config.FeedForward);
        }

        if (config.AttentionSoftcap > 0)
        {
            number("attn_logit_softcapping", config.AttentionSoftcap);
        }

        if (config.LogitSoftcap > 0)
        {
            number("final_logit_softcapping", config.LogitSoftcap);
        }
    }
}
