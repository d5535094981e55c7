using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Preble.Inference.ModelFiles.Gguf;
using Preble.InferenceNative.Tests.ModelFiles;
using Preble.Testing;

namespace Preble.Fuzz;

/// <summary>Small right inputs to begin with: heads of the goldens, cut to what a fuzzer can change in reasonable time.</summary>
internal static class Seeds
{
    private const int FewTokens = 300;

    public static void Write(string target, string folder)
    {
        Directory.CreateDirectory(folder);
        var number = 0;
        foreach (var bytes in Of(target))
        {
            File.WriteAllBytes(Path.Combine(folder, $"seed-{number++}"), bytes);
        }
    }

    private static IEnumerable<byte[]> Of(string target) => Goldens(target).Concat(target switch
    {
        "gguf" => [new GgufLlama().ToBytes(), GgufBytes.OfEveryType(), SentencePieces()],
        "tokenizer" => [Metaspace()],
        "safetensors" => [WholeSafetensors()],
        _ => [],
    });

    private static IEnumerable<byte[]> Goldens(string target)
    {
        foreach (var path in Directory.EnumerateFiles(RepositoryPaths.Goldens, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            switch (target, Path.GetExtension(path), Path.GetFileName(path))
            {
                case ("gguf", ".gguf", _):
                    yield return File.ReadAllBytes(path)[..(int)GgufFile.Open(path).Tensors.Min(tensor => tensor.Offset)];
                    break;
                case ("safetensors", ".safetensors", _):
                    yield return Header(File.ReadAllBytes(path));
                    break;
                case ("tokenizer", _, "tokenizer.json"):
                    yield return Shorten(File.ReadAllBytes(path));
                    break;
                case ("config", _, "config.json"):
                    yield return File.ReadAllBytes(path);
                    break;
            }
        }
    }

    // The weights themselves are not read, so as many zeros as the header speaks of would only slow the fuzzer down.
    private static byte[] Header(byte[] file)
    {
        const int lengthBytes = 8;
        var header = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        return [.. file[..(lengthBytes + header)], .. new byte[64]];
    }

    private static byte[] SentencePieces()
    {
        string[] tokens = ["<unk>", "<s>", "</s>", "<0x0A>", "▁", "a", "b", "▁a", "ab", "▁ab", "\n\n", "q"];
        return new GgufBytes(tensors: 0, metadata: 8).Value("general.architecture", "phi3").Value("tokenizer.ggml.model", "llama")
            .Array("tokenizer.ggml.tokens", 8, tokens.Length, w => Array.ForEach(tokens, token => w.Text(token)))
            .Array("tokenizer.ggml.token_type", 5, tokens.Length, w => w.Raw([.. ((byte[])[2, 3, 3, 6, 1, 1, 1, 1, 1, 1, 4, 1]).SelectMany(Int32)]))
            .Array("tokenizer.ggml.scores", 6, tokens.Length, w => w.Raw([.. tokens.SelectMany((_, i) => BitConverter.GetBytes(-(float)(i / 2)))]))
            .Value("tokenizer.ggml.bos_token_id", 1u).Value("tokenizer.ggml.eos_token_id", 2u).Value("tokenizer.ggml.unknown_token_id", 0u).File(0);

        static byte[] Int32(byte value) => [value, 0, 0, 0];
    }

    private static byte[] Metaspace() => """
        {"added_tokens": [{"id": 1, "content": "<s>", "special": true, "normalized": false}], "normalizer": null,
         "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false},
         "model": {"type": "BPE", "vocab": {"<unk>": 0, "<s>": 1, "▁": 2, "a": 3, "▁a": 4, "<0x0A>": 5}, "merges": [["▁", "a"]], "unk_token": "<unk>",
          "fuse_unk": true, "byte_fallback": true}}
        """u8.ToArray();

    private static byte[] WholeSafetensors()
    {
        var header = """{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"__metadata__":{"format":"pt"}}"""u8;
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. new byte[16]];
    }

    private static byte[] Shorten(byte[] json)
    {
        var root = JsonNode.Parse(json)!;
        var model = root["model"]!;
        var kept = model["vocab"]!.AsObject().OrderBy(entry => (int)entry.Value!).Take(FewTokens).ToDictionary(entry => entry.Key, entry => (int)entry.Value!);
        model["vocab"] = JsonSerializer.SerializeToNode(kept);
        model["merges"] = new JsonArray([.. model["merges"]!.AsArray().Take(20).Select(merge => merge!.DeepClone())]);
        return JsonSerializer.SerializeToUtf8Bytes(root);
    }
}
