using System.Text.Json;
using Preble.Inference.ModelFiles.Checkpoints;

namespace Preble.Inference.ModelFiles.HuggingFace;

/// <summary>Reads a Llama's sizes from config.json and refuses what the forward pass does not compute.</summary>
internal static class HuggingFaceConfig
{
    private const string Architecture = "LlamaForCausalLM";

    public static ModelConfig Read(JsonFile json)
    {
        RefuseVariants(json);
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

    public static bool IsTied(JsonFile json) => json.FindBool("tie_word_embeddings") ?? false;

    /// <summary>Base and scaling, from `rope_parameters` or, as most published models have it, from `rope_theta` and `rope_scaling`.</summary>
    public static (double Theta, RopeScaling Scaling) ReadRope(JsonFile json)
    {
        var parameters = json.FindObject("rope_parameters") ?? json.FindObject("rope_scaling");
        var theta = parameters?.FindNumber("rope_theta") ?? json.FindNumber("rope_theta") ?? 10_000;
        if (theta <= 0)
        {
            throw json.Failure($"rope_theta is {theta}, not a positive number");
        }

        return (theta, parameters is null ? RopeScaling.None : ReadScaling(parameters, json));
    }

    private static RopeScaling ReadScaling(JsonFile parameters, JsonFile json)
    {
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

    private static void RefuseVariants(JsonFile json)
    {
        var architectures = json.Find("architectures") is { ValueKind: JsonValueKind.Array } array
            ? array.EnumerateArray().Select(item => item.ToString()).ToArray()
            : [];
        if (!architectures.Contains(Architecture))
        {
            var name = architectures.Length > 0 ? string.Join(", ", architectures) : "(none named)";
            throw json.Failure($"the architecture {name} is not supported, only {Architecture} is");
        }

        Refuse(json, json.FindBool("attention_bias") == true, "attention_bias");
        Refuse(json, json.FindBool("mlp_bias") == true, "mlp_bias");
        Refuse(json, json.Find("quantization_config") is not null, "quantization_config");
        Refuse(json, json.FindNumber("partial_rotary_factor") is not (null or 1), "partial_rotary_factor");
        Refuse(json, json.FindString("hidden_act") is not (null or "silu"), "hidden_act");
    }

    private static void Refuse(JsonFile json, bool isSet, string name)
    {
        if (isSet)
        {
            throw json.Failure($"{name} is {json.Find(name)}, and such a variant of Llama is not supported");
        }
    }
}
