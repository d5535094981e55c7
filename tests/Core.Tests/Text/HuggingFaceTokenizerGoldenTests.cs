using System.Text.Json;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.Core.Tests.Text;

public sealed class HuggingFaceTokenizerGoldenTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("llama")]
    [InlineData("llama3-rope-scaling")]
    [InlineData("llama-tied-wide-heads")]
    public void Encode_and_Decode_agree_with_the_reference_on_the_tiny_models(string model)
    {
        var folder = Path.Combine(RepositoryPaths.Goldens, "tiny-random", model);
        var tokenizer = TokenizerFiles.Read(folder).CreateTokenizer();
        using var goldens = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "golden.json")));
        var checkedTexts = 0;
        foreach (var golden in goldens.RootElement.EnumerateArray())
        {
            var text = golden.GetProperty("text").GetString()!;
            int[] ids = [.. golden.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32())];
            Assert.Equal(ids, tokenizer.Encode(text, parseSpecial: true));
            Assert.Equal(text, tokenizer.Decode(ids));
            checkedTexts++;
        }

        Assert.True(checkedTexts >= 2, $"only {checkedTexts} goldens");
    }

    [Fact]
    public void The_tiny_model_names_its_special_tokens()
    {
        var definition = TokenizerFiles.Read(TokenizerFiles.TinyLlama);
        Assert.Equal(0, definition.BeginToken);
        Assert.False(definition.AddBegin);
        Assert.Equal([1], definition.EndTokens);
    }

    [Fact]
    public void Encode_agrees_with_the_reference_on_all_SmolLM2_goldens()
    {
        if (RepositoryPaths.SharedData is not { } shared)
        {
            output.WriteLine("extra test: shared data not there");
            return;
        }

        var tokenizer = TokenizerFiles.Read(Path.Combine(shared, "models", "smollm2-135m-instruct")).CreateTokenizer();
        var wrong = TokenizerFiles.SmolLm2Goldens()
            .Where(golden => !tokenizer.Encode(golden.Text, parseSpecial: true).SequenceEqual(golden.Ids))
            .Select(golden => golden.Text);
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_SentencePiece_style_tokeniser_agrees_with_the_reference()
    {
        if (RepositoryPaths.SharedData is not { } shared)
        {
            output.WriteLine("extra test: shared data not there");
            return;
        }

        var definition = TokenizerFiles.Read(Path.Combine(shared, "models", "tinystories-656k"));
        var tokenizer = definition.CreateTokenizer();
        var lines = File.ReadAllLines(Path.Combine(shared, "models", "golden_run_ts656k.txt"));
        var prompt = JsonSerializer.Deserialize<int[]>(lines[0])!;
        var all = JsonSerializer.Deserialize<int[]>(lines[1])!;
        var text = string.Join('\n', lines[2..]);

        Assert.Equal([2], definition.EndTokens);
        Assert.Equal(text, tokenizer.Decode(all, special: true));
        // The prompt was "Once upon a time" with the begin token of the template before it.
        Assert.Equal(prompt, tokenizer.Encode(tokenizer.Decode(prompt)[1..], parseSpecial: false, addBegin: true));
    }
}
