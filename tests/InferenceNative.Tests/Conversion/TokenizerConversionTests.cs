using System.Text.Json.Nodes;
using Preble.Core.Text;
using Preble.Inference;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Gguf;
using Preble.InferenceNative.Tests.Engine;
using Preble.InferenceNative.Tests.ModelFiles;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Conversion;

/// <summary>The tokeniser of a folder out of the GGUF file that was made of it, whichever of its forms the file has.</summary>
public sealed class TokenizerConversionTests
{
    private const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Qwen2Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly string[] Texts =
        ["Hello, world", " the  the\n\n 1234567 I'LL", "e\u0301te\u0301 \u00e9", "日本 naïve 🙂", "a  <|eos|>  b<|bos|><extra>c", "", "<|eot_id|>x"];

    /// <summary>GGUF's own keys describe these.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}]}}""")]
    [InlineData("""{"pre_tokenizer": QWEN2, "normalizer": {"type": "NFC"}}""", "qwen2")]
    [InlineData("""{"pre_tokenizer": QWEN2}""", "deepseek-r1-qwen")]
    [InlineData("""{"pre_tokenizer": LLAMA3, "ignore_merges": true, "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<|bos|>"}}, {"Sequence": {"id": "A"}}]}}""", "llama-bpe")]
    [InlineData("""{"added": {"id": 511, "content": "<extra>", "special": false}}""")]
    public void A_tokeniser_that_GGUF_knows_is_in_its_keys(string changes, string? pre = null)
    {
        var metadata = AssertSame(changes);

        Assert.False(metadata.Has("tokenizer.huggingface.json"));
        Assert.Equal("gpt2", metadata.String("tokenizer.ggml.model"));
        Assert.Equal(pre ?? metadata.String("tokenizer.ggml.pre"), metadata.String("tokenizer.ggml.pre"));
    }

    /// <summary>These it cannot describe, each for another reason.</summary>
    [Theory]
    [InlineData("""{"pre_tokenizer": QWEN2, "ignore_merges": true}""")]
    [InlineData("""{"pre_tokenizer": LLAMA3}""")]
    [InlineData("""{"normalizer": {"type": "NFC"}}""")]
    [InlineData("""{"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true, "use_regex": true}}""")]
    [InlineData("""{"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}}""")]
    [InlineData("""{"added": {"id": 511, "content": "<extra>", "special": true, "rstrip": true}}""")]
    [InlineData("""{"added": {"id": 511, "content": "<extra>", "special": true, "single_word": true}}""")]
    [InlineData("""{"unk_token": "<|eos|>"}""")]
    public void Any_other_is_in_the_file_as_its_own_JSON(string changes)
        => Assert.True(AssertSame(changes).Has("tokenizer.huggingface.json"));

    [Fact]
    public void SentencePieces_come_with_scores_for_readers_of_their_own_kind()
    {
        using var source = WithMetaspace();
        var metadata = AssertSame(source.Path);

        Assert.True(metadata.Has("tokenizer.huggingface.json"));
        Assert.Equal("llama", metadata.String("tokenizer.ggml.model"));
        Assert.True(metadata.FindBool("tokenizer.ggml.add_space_prefix"));
        Assert.Equal(0, metadata.Integer("tokenizer.ggml.unknown_token_id"));
        var types = metadata.FindIntegers("tokenizer.ggml.token_type")!;
        Assert.Equal([2, 3, 3, 6], [types[0], types[1], types[2], types[3]]);
        var (tokens, scores) = (metadata.Strings("tokenizer.ggml.tokens").ToList(), metadata.FindNumbers("tokenizer.ggml.scores")!);
        Assert.True(scores[tokens.IndexOf("▁a")] > scores[tokens.IndexOf("▁ab")], "what is merged first has the higher score");
    }

    [Fact]
    public void Ids_without_a_token_have_names_that_mean_none()
    {
        var metadata = AssertSame("{}");

        Assert.Equal(512, metadata.Strings("tokenizer.ggml.tokens").Count);
        Assert.Equal(512, metadata.Strings("tokenizer.ggml.tokens").Distinct(StringComparer.Ordinal).Count());
        using var short_ = Changed("""{"dropped": 500}""");
        var padded = AssertSame(short_.Path);
        Assert.Equal("[PAD511]", padded.Strings("tokenizer.ggml.tokens")[511]);
        Assert.Equal(5, padded.FindIntegers("tokenizer.ggml.token_type")![511]);
    }

    [Fact]
    public void Three_end_tokens_have_keys_and_a_fourth_is_refused_unless_its_name_says_it()
    {
        Assert.Equal([1, 8, 9], EndTokens("[8, 9, 1]", eos: "<|eos|>"));
        Assert.Equal(4, EndTokens("[8, 9, 1, 511]", eos: "<|eos|>", """{"added": {"id": 511, "content": "<|eot_id|>", "special": true}}""").Count);

        var error = Assert.Throws<ModelFileException>(() => EndTokens("[8, 9, 10, 1]", eos: "<|eos|>"));

        Assert.EndsWith(": the model has 4 end tokens, and GGUF has keys for 3.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chat_template_goes_along()
    {
        using var source = Changed("{}");
        source.Write("chat_template.jinja", "{{ messages }}é");
        using var folder = new TemporaryFolder();

        Assert.Equal("{{ messages }}é", ModelPackage.Open(FolderConversionTests.Convert(source.Path, TensorType.F32, folder)).ChatTemplate);
    }

    [Fact]
    public void The_story_model_keeps_its_SentencePieces()
    {
        if (RepositoryPaths.SharedData is { } shared)
        {
            AssertSame(Path.Combine(shared, "models", "tinystories-656k"));
            return;
        }

        Console.WriteLine("extra test: shared data not there");
    }

    private static IReadOnlyList<int> EndTokens(string ids, string eos, string changes = "{}")
    {
        using var source = Changed(changes);
        source.Write("tokenizer_config.json", $$"""{"bos_token": "<|bos|>", "eos_token": "{{eos}}"}""");
        source.Write("generation_config.json", $$"""{"eos_token_id": {{ids}}}""");
        using var folder = new TemporaryFolder();
        return ModelPackage.Open(FolderConversionTests.Convert(source.Path, TensorType.F32, folder)).Tokenizer.EndTokens;
    }

    // The file's metadata, once its tokeniser was found to do what the folder's does.
    private static GgufMetadata AssertSame(string changesOrFolder)
    {
        using var changed = Directory.Exists(changesOrFolder) ? null : Changed(changesOrFolder);
        var path = changed?.Path ?? changesOrFolder;
        using var folder = new TemporaryFolder();
        var target = FolderConversionTests.Convert(path, TensorType.F32, folder);
        var (expected, actual) = (ModelPackage.Open(path), ModelPackage.Open(target));
        Assert.Equal(expected.Tokenizer.EndTokens, actual.Tokenizer.EndTokens);
        Assert.Equal((expected.BeginText, expected.EndText), (actual.BeginText, actual.EndText));
        AssertSame(expected.Tokenizer.CreateTokenizer(), actual.Tokenizer.CreateTokenizer());
        return GgufFile.Open(target).Metadata;
    }

    private static void AssertSame(ITokenizer expected, ITokenizer actual)
    {
        foreach (var text in Texts)
        {
            Assert.Equal(expected.Encode(text, parseSpecial: true, addBegin: true), actual.Encode(text, parseSpecial: true, addBegin: true));
            Assert.Equal(expected.Encode(text, parseSpecial: false), actual.Encode(text, parseSpecial: false));
        }

        for (var id = 0; id < expected.VocabularySize; id++)
        {
            Assert.Equal(expected.BytesOf(id, special: true).ToArray(), actual.BytesOf(id, special: true).ToArray());
            Assert.Equal(expected.BytesOf(id).ToArray(), actual.BytesOf(id).ToArray());
        }
    }

    private static TemporaryFolder Changed(string changes)
    {
        var llama = TestModels.TinyFolder("llama");
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(llama, "tokenizer.json")))!.AsObject();
        changes = changes.Replace("QWEN2", Split(Qwen2Pattern), StringComparison.Ordinal).Replace("LLAMA3", Split(Llama3Pattern), StringComparison.Ordinal);
        foreach (var (key, value) in JsonNode.Parse(changes)!.AsObject())
        {
            switch (key)
            {
                case "ignore_merges" or "unk_token":
                    json["model"]![key] = value!.DeepClone();
                    break;
                case "added":
                    Drop(json, 511);
                    json["added_tokens"]!.AsArray().Add(value!.DeepClone());
                    break;
                case "dropped":
                    Drop(json, value!.GetValue<int>());
                    break;
                default:
                    json[key] = value!.DeepClone();
                    break;
            }
        }

        var folder = new TemporaryFolder().CopyOf(llama, without: "tokenizer.json");
        folder.Write("tokenizer.json", json.ToJsonString());
        return folder;
    }

    // Tokens from an id on, with the merges that make them or are made of them.
    private static void Drop(JsonObject json, int first)
    {
        var vocabulary = json["model"]!["vocab"]!.AsObject();
        foreach (var name in vocabulary.Where(entry => entry.Value!.GetValue<int>() >= first).Select(entry => entry.Key).ToList())
        {
            vocabulary.Remove(name);
        }

        var merges = json["model"]!["merges"]!.AsArray();
        merges.RemoveAll(merge =>
            !vocabulary.ContainsKey($"{merge![0]}{merge[1]}") || !vocabulary.ContainsKey($"{merge[0]}") || !vocabulary.ContainsKey($"{merge[1]}"));
    }

    private static TemporaryFolder WithMetaspace()
    {
        var vocabulary = new JsonObject { ["<unk>"] = 0, ["<|bos|>"] = 1, ["<|eos|>"] = 2 };
        for (var value = 0; value < 256; value++)
        {
            vocabulary[$"<0x{value:X2}>"] = 3 + value;
        }

        foreach (var token in new[] { "▁", "a", "b", "▁a", "▁ab", "e", "l" })
        {
            vocabulary[token] = vocabulary.Count;
        }

        var json = new JsonObject
        {
            ["normalizer"] = JsonNode.Parse(
                """{"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}"""),
            ["added_tokens"] = JsonNode.Parse("""
                [{"id": 0, "content": "<unk>", "special": true, "normalized": false}, {"id": 1, "content": "<|bos|>", "special": true, "normalized": true},
                 {"id": 2, "content": "<|eos|>", "special": true, "normalized": false, "rstrip": true}]
                """),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = JsonNode.Parse("""["▁ a", "▁a b"]"""), ["unk_token"] = "<unk>", ["fuse_unk"] = true,
                ["byte_fallback"] = true,
            },
        };
        var folder = new TemporaryFolder().CopyOf(TestModels.TinyFolder("llama"), "tokenizer.json", "tokenizer_config.json", "config.json", "generation_config.json");
        var config = File.ReadAllText(Path.Combine(TestModels.TinyFolder("llama"), "config.json"));
        folder.Write("config.json", config.Replace("\"eos_token_id\": 1", "\"eos_token_id\": 2", StringComparison.Ordinal));
        folder.Write("tokenizer_config.json", """{"bos_token": "<|bos|>", "eos_token": "<|eos|>", "add_bos_token": true}""");
        folder.Write("tokenizer.json", json.ToJsonString());
        return folder;
    }

    private static string Split(string pattern) =>
        $$"""
        {"type": "Sequence", "pretokenizers": [
          {"type": "Split", "pattern": {"Regex": {{JsonValue.Create(pattern).ToJsonString()}}}, "behavior": "Isolated", "invert": false},
          {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}
        """;
}
