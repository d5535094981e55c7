using Preble.Core.Text;

namespace Preble.Inference.ModelFiles.HuggingFace;

/// <summary>Reads the tokeniser and the chat template of a Hugging Face folder.</summary>
internal static class HuggingFaceText
{
    /// <exception cref="ModelFileException">The tokeniser is missing, broken or not supported.</exception>
    public static (TokenizerDefinition Tokenizer, string? ChatTemplate) Read(string folder)
    {
        var tokenizer = ModelStreams.ReadAll(Path.Combine(folder, "tokenizer.json"));
        var configPath = Path.Combine(folder, "tokenizer_config.json");
        var config = File.Exists(configPath) ? ModelStreams.ReadAll(configPath) : "{}"u8.ToArray();
        var template = HuggingFaceChatTemplate.Read(folder, JsonFile.Parse(config, "tokenizer_config.json"));
        try
        {
            return (WithEndTokens(HuggingFaceTokenizer.Parse(tokenizer, config), folder), template);
        }
        catch (TokenizerException e)
        {
            throw new ModelFileException($"{folder}: {e.Message}", e);
        }
    }

    // The tokeniser's own end token stays first: it is the one that chat templates write.
    private static TokenizerDefinition WithEndTokens(TokenizerDefinition definition, string folder)
    {
        var ends = HuggingFaceEndTokens.Read(folder);
        if (ends.FirstOrDefault(id => id >= definition.Tokens.Count) is var stray and > 0)
        {
            throw new ModelFileException($"{folder}: the end token {stray} is outside the {definition.Tokens.Count} tokens.");
        }

        return definition with { EndTokens = [.. definition.EndTokens.Concat(ends).Distinct()] };
    }
}
