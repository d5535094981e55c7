using System.Text.Json;
using Preble.Inference.ModelFiles.Checkpoints;

namespace Preble.Inference.ModelFiles.HuggingFace;

/// <summary>Reads what all families have in config.json, and refuses what the forward pass does not compute.</summary>
internal static class HuggingFaceConfig
{
    /// <summary>The sizes of a model that computes as a Llama does; a family adds its own.</summary>
    /// <exception cref="ModelFileException">A size is missing or a variant is set that is not computed.</exception>
    public static ModelConfig Read(JsonFile json, string family)
    {
        RefuseVariants(json, family);
        var (hidden, heads) = (json.Size("hidden_size"), json.Size("num_attention_heads"));
        return new ModelConfig(
            json.Size("num_hidden_layers"),
            hidden,
            json.Size("intermediate_size"),
            heads,
            json.FindSize("num_key_value_heads") ?? heads,
            json.FindSize("head_dim") ?? (hidden / heads),
            json.Size("vocab_size"),
            json.FindSize("max_position_embeddings") ?? 2_048,
            RopeOrder.Halves,
            (float)(json.FindNumber("rms_norm_eps") ?? 1e-6));
    }

    /// <summary>The names in `architectures`.</summary>
    public static IReadOnlyList<string> Architectures(JsonFile json)
        => json.Find("architectures") is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray().Select(item => item.ToString())] : [];

    /// <summary>Base and scaling, from `rope_parameters` or, as most published models have it, from `rope_theta` and `rope_scaling`.</summary>
    public static (double Theta, RopeScaling Scaling) ReadRope(JsonFile json, double defaultTheta = 10_000)
    {
        var parameters = json.FindObject("rope_parameters") ?? json.FindObject("rope_scaling");
        var theta = Positive(parameters?.FindNumber("rope_theta") ?? json.FindNumber("rope_theta") ?? defaultTheta, json);
        return (theta, parameters is null ? RopeScaling.None : ReadScaling(parameters, json));
    }

    public static RopeScaling ReadScaling(JsonFile parameters, JsonFile json)
    {
        RefuseIf(parameters.FindNumber("partial_rotary_factor") is not (null or 1), parameters, "partial_rotary_factor", "model");
        var type = parameters.FindString("rope_type") ?? parameters.FindString("type") ?? "default";
        return type switch
        {
            "default" => RopeScaling.None,
            "linear" => new RopeScaling.Linear(Positive(parameters, "factor")),
            "llama3" => new RopeScaling.Llama3(
                Positive(parameters, "factor"),
                Positive(parameters, "low_freq_factor"),
                Positive(parameters, "high_freq_factor"),
                Positive(parameters, "original_max_position_embeddings")),
            _ => throw json.Failure($"the rotary scaling {type} is not supported: supported are default, linear and llama3"),
        };
    }

    private static double Positive(JsonFile json, string name)
        => json.Number(name) is > 0 and var value ? value : throw json.Failure($"{name} is not a positive number");

    public static double Positive(double theta, JsonFile json)
        => theta > 0 ? theta : throw json.Failure($"rope_theta is {theta}, not a positive number");

    /// <summary>Refuses a setting whose arithmetic is not computed, by its name.</summary>
    public static void RefuseIf(bool isSet, JsonFile json, string name, string family)
    {
        if (isSet)
        {
            throw json.Failure($"{name} is {json.Find(name)}, and such a variant of {family} is not supported");
        }
    }

    private static void RefuseVariants(JsonFile json, string family)
    {
        RefuseIf(json.FindBool("attention_bias") == true, json, "attention_bias", family);
        RefuseIf(json.FindBool("mlp_bias") == true, json, "mlp_bias", family);
        RefuseIf(json.Find("quantization_config") is not null, json, "quantization_config", family);
        RefuseIf(json.FindNumber("partial_rotary_factor") is not (null or 1), json, "partial_rotary_factor", family);
    }
}
