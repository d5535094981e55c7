using System.Text.Json;
using Preble.Inference.ModelFiles.Checkpoints;

namespace Preble.Inference.ModelFiles.HuggingFace;

/// <summary>Reads which layers have a sliding window: `sliding_window` for all of them, unless `layer_types` names those that see all.</summary>
internal static class HuggingFaceWindow
{
    private const string Types = "layer_types";

    /// <summary>The configuration with its window.</summary>
    /// <param name="period">Without `layer_types`: every so manieth layer sees all; 0 when none does.</param>
    /// <exception cref="ModelFileException">The layers that see all do not follow one after so many.</exception>
    public static ModelConfig Read(JsonFile json, ModelConfig config, int period = 0)
        => config.WithWindow(json.FindSize("sliding_window"), ReadPeriod(json, config.Layers) ?? period);

    private static int? ReadPeriod(JsonFile json, int layers)
    {
        if (json.Find(Types) is not { ValueKind: JsonValueKind.Array } array)
        {
            return null;
        }

        var types = array.EnumerateArray().Select(item => item.ToString()).ToList();
        if (types.Count != layers || types.Exists(type => type is not ("full_attention" or "sliding_attention")))
        {
            throw json.Failure($"{Types} does not name full_attention or sliding_attention for each of the {layers} layers");
        }

        var period = types.IndexOf("full_attention") + 1;
        var isEven = period == 0 || Enumerable.Range(0, layers).All(i => (types[i] == "full_attention") == ((i + 1) % period == 0));
        return isEven ? period : throw json.Failure($"{Types} has layers with a window in an order that is not supported");
    }
}
