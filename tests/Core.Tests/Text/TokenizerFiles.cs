using System.Text.Json;
using Preble.Core.Text;
using Preble.Testing;

namespace Preble.Core.Tests.Text;

/// <summary>Tokenisers and their goldens from files, for the tests of this folder.</summary>
internal static class TokenizerFiles
{
    public static TokenizerDefinition Read(string folder)
    {
        var config = Path.Combine(folder, "tokenizer_config.json");
        return HuggingFaceTokenizer.Parse(
            File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")), File.Exists(config) ? File.ReadAllBytes(config) : default);
    }

    public static string TinyLlama => Path.Combine(RepositoryPaths.Goldens, "tiny-random", "llama");

    public static IReadOnlyList<(string Text, int[] Ids, string Decoded)> SmolLm2Goldens()
    {
        var lines = File.ReadLines(Path.Combine(RepositoryPaths.Goldens, "smollm2-135m-instruct", "tokenization.jsonl"));
        return [.. lines.Select(Read)];

        static (string, int[], string) Read(string line)
        {
            using var json = JsonDocument.Parse(line);
            return (
                json.RootElement.GetProperty("text").GetString()!,
                [.. json.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())],
                json.RootElement.GetProperty("decoded").GetString()!);
        }
    }
}
