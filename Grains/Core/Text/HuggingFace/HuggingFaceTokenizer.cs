using System.Text.Json;

namespace Preble.Core.Text;

/// <summary>
/// Reads the tokenizer.json and tokenizer_config.json of a Hugging Face model folder. What it cannot honour exactly, it refuses.
/// </summary>
public static class HuggingFaceTokenizer
{
    /// <param name="tokenizerConfigJson">May be empty when the folder has no such file.</param>
    /// <exception cref="TokenizerException">The files are broken or ask for something that is not supported; the message is one
    /// sentence.</exception>
    public static TokenizerDefinition Parse(ReadOnlyMemory<byte> tokenizerJson, ReadOnlyMemory<byte> tokenizerConfigJson)
    {
        using var file = ParseJson(tokenizerJson, "tokenizer.json");
        using var config = ParseJson(tokenizerConfigJson.IsEmpty ? "{}"u8.ToArray() : tokenizerConfigJson, "tokenizer_config.json");
        try
        {
            return Parse(file.RootElement, config.RootElement);
        }
        catch (InvalidOperationException e)
        {
            // Strings are only decoded when they are read, so broken ones come to light here.
            throw new TokenizerException("The tokeniser's files have a text that is not valid Unicode.", e);
        }
    }

    private static TokenizerDefinition Parse(JsonElement file, JsonElement config)
    {
        var model = file.Object("model") ?? throw new TokenizerException("tokenizer.json has no model.");
        var vocabulary = new HuggingFaceVocabulary(model, file.Array("added_tokens"));
        var shape = HuggingFaceShape.Read(file, model);
        var template = BeginOfTemplate(file.Object("post_processor"), vocabulary);
        var begin = template ?? vocabulary.TokenNamedBy(config, "bos_token");
        return new TokenizerDefinition
        {
            Tokens = vocabulary.Tokens,
            Merges = HuggingFaceMerges.Read(model),
            Algorithm = shape.Algorithm,
            Normalizer = shape.Normalizer,
            PreTokenizer = shape.PreTokenizer,
            PrefixSpace = shape.PrefixSpace,
            SpecialTokens = vocabulary.Added,
            BeginToken = begin,
            // The configuration overrules the template, as the reference rebuilds the template from it.
            AddBegin = begin is not null && (config.Bool("add_bos_token") ?? template is not null),
            EndTokens = vocabulary.TokenNamedBy(config, "eos_token") is { } end ? [end] : [],
            IgnoreMerges = model.Bool("ignore_merges") ?? false,
            UnknownToken = model.Text("unk_token") is { } unknown ? vocabulary.IdOf(unknown) : null,
        };
    }

    /// <summary>The token that a TemplateProcessing step (alone or in a sequence) puts before the text.</summary>
    private static int? BeginOfTemplate(JsonElement? processor, HuggingFaceVocabulary vocabulary)
    {
        switch (processor?.Text("type"))
        {
            case null or "ByteLevel":
                return null;
            case "Sequence":
                return processor.Value.Array("processors")
                    .Select(part => BeginOfTemplate(part, vocabulary))
                    .FirstOrDefault(id => id is not null);
            case "TemplateProcessing":
                var names = processor.Value.Array("single").Select(part => part.Object("SpecialToken")?.Text("id")).ToArray();
                return names switch
                {
                    [null] => null,
                    [{ } name, null] => vocabulary.IdOf(name),
                    _ => throw new TokenizerException(
                        "The tokeniser's template adds more to a prompt than one token before it, which is not supported."),
                };
            case var other:
                throw new TokenizerException($"The post-processor '{other}' is not supported.");
        }
    }

    private static JsonDocument ParseJson(ReadOnlyMemory<byte> json, string name)
    {
        try
        {
            var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new TokenizerException($"{name} is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw new TokenizerException($"{name} is not valid JSON (line {e.LineNumber + 1}).", e);
        }
    }
}
