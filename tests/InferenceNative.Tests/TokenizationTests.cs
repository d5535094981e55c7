using System.Text.Json;
using Preble.Core.Text;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Gguf;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.InferenceNative.Tests;

/// <summary>The tokenisers that GGUF files describe, against goldens of the reference implementations.</summary>
public sealed class TokenizationTests(ITestOutputHelper output)
{
    private const string Separator = "\n__ggml_vocab_test__\n";

    [Fact]
    public void The_embedded_model_tokenises_every_golden_text_as_the_reference_does()
    {
        var tokenizer = GgufTokenizer.Read(GgufFile.Open(RepositoryPaths.EmbeddedModel)).CreateTokenizer();
        var count = 0;
        foreach (var line in File.ReadLines(Path.Combine(RepositoryPaths.Goldens, "smollm2-135m-instruct", "tokenization.jsonl")))
        {
            using var golden = JsonDocument.Parse(line);
            var text = golden.RootElement.GetProperty("text").GetString()!;
            int[] ids = [.. golden.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];

            Assert.True(ids.SequenceEqual(tokenizer.Encode(text, parseSpecial: true)), $"other ids for '{text}'");
            // The goldens keep the names of special tokens when they decode.
            Assert.Equal(golden.RootElement.GetProperty("decoded").GetString(), tokenizer.Decode(ids, special: true));
            count++;
        }

        Assert.Equal(376, count);
    }

    [Theory]
    [InlineData("gpt-2")]
    [InlineData("starcoder")]
    [InlineData("llama-spm")]
    [InlineData("phi-3")]
    public void Vocabularies_of_other_models_tokenise_as_the_reference_does(string name)
    {
        if (Vocabulary(name) is not { } path)
        {
            return;
        }

        var tokenizer = GgufTokenizer.Read(GgufFile.Open(path)).CreateTokenizer();
        var texts = File.ReadAllText(path + ".inp").Split(Separator);
        var expected = File.ReadAllText(path + ".out").Split('\n');
        Assert.True(texts.Length > 40, $"only {texts.Length} goldens");
        for (var i = 0; i < texts.Length; i++)
        {
            var ids = string.Concat(tokenizer.Encode(texts[i], parseSpecial: false).Select(id => " " + id));
            Assert.True(string.Equals(expected[i], ids, StringComparison.Ordinal), $"'{texts[i]}' gives{ids} and not{expected[i]}");
        }
    }

    [Theory]
    [InlineData("deepseek-llm", "The pre-tokeniser 'deepseek-llm' is not supported.")]
    [InlineData("deepseek-coder", "The pre-tokeniser 'deepseek-coder' is not supported.")]
    [InlineData("falcon", "The pre-tokeniser 'falcon' is not supported.")]
    public void Vocabularies_that_are_not_supported_are_refused_by_name(string name, string message)
    {
        if (Vocabulary(name) is { } path)
        {
            var error = Assert.Throws<ModelFileException>(() => GgufTokenizer.Read(GgufFile.Open(path)));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    private string? Vocabulary(string name)
    {
        if (RepositoryPaths.SharedData is { } shared)
        {
            return Path.Combine(shared, "tokenizers", "gguf-vocab", $"ggml-vocab-{name}.gguf");
        }

        output.WriteLine("extra test: shared data not there");
        return null;
    }
}
