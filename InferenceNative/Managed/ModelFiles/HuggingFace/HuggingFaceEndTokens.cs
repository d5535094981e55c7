using System.Text.Json;

namespace Preble.Inference.ModelFiles.HuggingFace;

/// <summary>Reads `eos_token_id`, a number or a list of them, from generation_config.json and config.json: chat models often end with more ids than their tokeniser names.</summary>
internal static class HuggingFaceEndTokens
{
    private const string Key = "eos_token_id";

    public static IReadOnlyList<int> Read(string folder)
    {
        var ends = new SortedSet<int>();
        foreach (var name in new[] { "config.json", "generation_config.json" })
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                ends.UnionWith(Read(JsonFile.Open(path)));
            }
        }

        return [.. ends];
    }

    private static IEnumerable<int> Read(JsonFile json)
    {
        if (json.Find(Key) is not { } value)
        {
            return [];
        }

        var items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        return items.Select(item =>
            item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var id) && id >= 0 ? id : throw json.Failure($"{Key} is {value}, not a token id"));
    }
}
