using System.Text.Json;
using Preble.Inference.ModelFiles.Checkpoints;
using Preble.Inference.ModelFiles.Families;

namespace Preble.Inference.ModelFiles.HuggingFace;

/// <summary>Turns a Hugging Face folder (config.json and safetensors, whole or in shards) into a <see cref="Checkpoint"/>.</summary>
internal static class HuggingFaceCheckpoint
{
    private const string WholeFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";

    /// <exception cref="ModelFileException">The model is of another architecture, incomplete or not supported.</exception>
    public static Checkpoint Read(string folder)
    {
        var json = JsonFile.Open(Path.Combine(folder, "config.json"));
        var family = ModelFamilies.Of(json);
        var config = family.Read(json);
        config.Validate("config.json");
        var files = FindFiles(folder);
        var tensors = files.SelectMany((path, i) => SafetensorsFile.Open(path, i)).Where(t => !IsComputed(t.Name));
        var builder = new CheckpointBuilder(Path.GetFileName(folder), config, family.Name, family.HuggingFaceNames);
        var placed = builder.Build(tensors, json.FindBool("tie_word_embeddings") ?? family.IsTiedByDefault);
        return new Checkpoint(config, files, placed, family.Frequencies(json, config.HeadSize));
    }

    // Old checkpoints carry their rotary frequencies, which follow from the configuration.
    private static bool IsComputed(string name) => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);

    private static IReadOnlyList<string> FindFiles(string folder)
    {
        var whole = Path.Combine(folder, WholeFile);
        if (File.Exists(whole))
        {
            return [whole];
        }

        var index = Path.Combine(folder, IndexFile);
        return File.Exists(index)
            ? ReadShards(folder, JsonFile.Open(index))
            : throw new ModelFileException($"{folder}: there is neither {WholeFile} nor {IndexFile}.");
    }

    private static List<string> ReadShards(string folder, JsonFile index)
    {
        var map = index.FindObject("weight_map") ?? throw index.Failure("weight_map is missing");
        var names = map.Properties.Select(entry => entry.Value.ToString()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (names.Count is 0 or > ModelFileLimits.Shards)
        {
            throw index.Failure($"weight_map names {names.Count} files");
        }

        // A shard lies beside its index: a name that leads out of the folder is no shard.
        var stray = names.Find(name => name != Path.GetFileName(name) || !name.EndsWith(".safetensors", StringComparison.Ordinal));
        return stray is null
            ? names.ConvertAll(name => Path.Combine(folder, name))
            : throw index.Failure($"weight_map names {JsonSerializer.Serialize(stray)}, which is not a safetensors file of this folder");
    }
}
