using Preble.Inference.ModelFiles.Checkpoints;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>Reads a Llama's sizes from GGUF metadata and refuses what the forward pass does not compute.</summary>
internal static class GgufConfig
{
    private const string Architecture = "llama";

    // Metadata of Llama variants that would change the arithmetic.
    private static readonly string[] RefusedWhenSet =
    [
        "llama.expert_count", "llama.attention.sliding_window", "llama.attention.clamp_kqv", "llama.attention.max_alibi_bias",
        "llama.residual_scale", "llama.embedding_scale", "llama.logit_scale", "llama.attention.scale",
    ];

    public static ModelConfig Read(GgufFile file)
    {
        var metadata = file.Metadata;
        var architecture = metadata.String("general.architecture");
        if (architecture != Architecture)
        {
            throw Failure(file, $"the architecture {architecture} is not supported, only {Architecture} is");
        }

        RefuseVariants(file);
        var (hidden, heads) = (Size(file, "llama.embedding_length"), Size(file, "llama.attention.head_count"));
        var headSize = FindSize(file, "llama.attention.key_length") ?? (hidden / heads);
        var config = new ModelConfig(
            Size(file, "llama.block_count"),
            hidden,
            Size(file, "llama.feed_forward_length"),
            heads,
            FindSize(file, "llama.attention.head_count_kv") ?? heads,
            headSize,
            FindSize(file, "llama.vocab_size") ?? metadata.Strings("tokenizer.ggml.tokens").Count,
            Size(file, "llama.context_length"),
            RopeOrder.Interleaved,
            (float)metadata.Number("llama.attention.layer_norm_rms_epsilon"));
        config.Validate(file.Name);
        RequireWholeHead(file, "llama.rope.dimension_count", headSize);
        RequireWholeHead(file, "llama.attention.value_length", headSize);
        return config;
    }

    public static double RopeTheta(GgufFile file)
    {
        var theta = file.Metadata.FindNumber("llama.rope.freq_base") ?? 10_000;
        return double.IsFinite(theta) && theta > 0 ? theta : throw Failure(file, $"llama.rope.freq_base is {theta}, not a positive number");
    }

    public static RopeScaling RopeScaling(GgufFile file)
    {
        var type = file.Metadata.FindString("llama.rope.scaling.type") ?? "none";
        if (type == "none")
        {
            return Checkpoints.RopeScaling.None;
        }

        var factor = file.Metadata.FindNumber("llama.rope.scaling.factor") ?? 1;
        return type == "linear" && double.IsFinite(factor) && factor > 0
            ? new RopeScaling.Linear(factor)
            : throw Failure(file, $"the rotary scaling {type} by {factor} is not supported");
    }

    private static void RefuseVariants(GgufFile file)
    {
        if (file.Metadata.FindInteger("split.count") is > 1)
        {
            throw Failure(file, "the model is cut into several GGUF files, which is not supported");
        }

        foreach (var key in RefusedWhenSet)
        {
            if (file.Metadata.FindNumber(key) is { } value and not 0)
            {
                throw Failure(file, $"{key} is {value}, and such a variant of Llama is not supported");
            }
        }
    }

    private static void RequireWholeHead(GgufFile file, string key, int headSize)
    {
        if (FindSize(file, key) is { } size && size != headSize)
        {
            throw Failure(file, $"{key} is {size} while a head has {headSize} elements, which is not supported");
        }
    }

    private static int Size(GgufFile file, string key) => Check(file, key, file.Metadata.Integer(key));

    private static int? FindSize(GgufFile file, string key) => file.Metadata.FindInteger(key) is { } value ? Check(file, key, value) : null;

    private static int Check(GgufFile file, string key, long value)
        => value is > 0 and <= ModelFileLimits.ModelSize ? (int)value : throw Failure(file, $"{key} is {value}, not between 1 and {ModelFileLimits.ModelSize}");

    private static ModelFileException Failure(GgufFile file, string what) => new($"{file.Name}: {what}.");
}
