using Preble.Inference.ModelFiles.Checkpoints;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>A GGUF file's metadata under its architecture's name, and what all families have in it.</summary>
internal sealed class GgufSettings(GgufMetadata metadata)
{
    // Metadata that would change the arithmetic: refused unless the family reads it.
    private static readonly string[] Variants =
    [
        "expert_count", "expert_shared_count", "expert_weights_scale", "attention.sliding_window", "attention.clamp_kqv", "attention.max_alibi_bias",
        "attention.scale", "residual_scale", "embedding_scale", "logit_scale", "attn_logit_softcapping", "final_logit_softcapping",
    ];

    public string Architecture { get; } = metadata.String("general.architecture");

    /// <summary>The sizes of a model that computes as a Llama does; a family adds its own.</summary>
    /// <param name="read">The variants that the family reads itself.</param>
    /// <exception cref="ModelFileException">A size is missing or a variant is set that is not computed.</exception>
    public ModelConfig Read(string family, RopeOrder order, params string[] read)
    {
        RefuseVariants(family, read);
        var (hidden, heads) = (Size("embedding_length"), Size("attention.head_count"));
        var headSize = FindSize("attention.key_length") ?? (hidden / heads);
        RequireWholeHead("rope.dimension_count", headSize);
        RequireWholeHead("attention.value_length", headSize);
        return new ModelConfig(
            Size("block_count"),
            hidden,
            Size("feed_forward_length"),
            heads,
            FindSize("attention.head_count_kv") ?? heads,
            headSize,
            FindSize("vocab_size") ?? metadata.Strings("tokenizer.ggml.tokens").Count,
            Size("context_length"),
            order,
            (float)metadata.Number(Key("attention.layer_norm_rms_epsilon")));
    }

    public (double Theta, RopeScaling Scaling) ReadRope()
    {
        var theta = FindNumber("rope.freq_base") ?? 10_000;
        return double.IsFinite(theta) && theta > 0
            ? (theta, ReadScaling())
            : throw Failure($"{Key("rope.freq_base")} is {theta}, not a positive number");
    }

    public int Size(string name) => Check(name, metadata.Integer(Key(name)));

    /// <summary>Null when it is missing or zero, which some converters write for what a model has not got.</summary>
    public int? FindSize(string name) => metadata.FindInteger(Key(name)) is { } value and not 0 ? Check(name, value) : null;

    public double? FindNumber(string name) => metadata.FindNumber(Key(name));

    public bool Has(string name) => metadata.Has(Key(name));

    public ModelFileException Failure(string what) => new($"{metadata.FileName}: {what}.");

    public string Key(string name) => $"{Architecture}.{name}";

    private RopeScaling ReadScaling()
    {
        var type = metadata.FindString(Key("rope.scaling.type")) ?? "none";
        if (type == "none")
        {
            return RopeScaling.None;
        }

        var factor = FindNumber("rope.scaling.factor") ?? 1;
        return type == "linear" && double.IsFinite(factor) && factor > 0
            ? new RopeScaling.Linear(factor)
            : throw Failure($"the rotary scaling {type} by {factor} is not supported");
    }

    private void RefuseVariants(string family, string[] read)
    {
        if (metadata.FindInteger("split.count") is > 1)
        {
            throw Failure("the model is cut into several GGUF files, which is not supported");
        }

        foreach (var name in Variants.Except(read))
        {
            if (FindNumber(name) is { } value and not 0)
            {
                throw Failure($"{Key(name)} is {value}, and such a variant of {family} is not supported");
            }
        }
    }

    private void RequireWholeHead(string name, int headSize)
    {
        if (FindSize(name) is { } size && size != headSize)
        {
            throw Failure($"{Key(name)} is {size} while a head has {headSize} elements, which is not supported");
        }
    }

    private int Check(string name, long value)
        => value is > 0 and <= ModelFileLimits.ModelSize ? (int)value : throw Failure($"{Key(name)} is {value}, not between 1 and {ModelFileLimits.ModelSize}");
}
