using Preble.Core.Text;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>Reads the tokeniser out of GGUF metadata: byte-level vocabularies with merges, which GGUF calls `gpt2`.</summary>
public static class GgufTokenizer
{
    private const string Prefix = "tokenizer.ggml.";
    private const string Model = "gpt2";

    // GGUF's token types that are found in text by name.
    private const long Unknown = 2;
    private const long Control = 3;
    private const long UserDefined = 4;

    // Many files name only one end token, though chat models also end a turn with one of these.
    private static readonly string[] EndNames =
        ["<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|endoftext|>", "<|end_of_text|>", "<end_of_turn>", "<EOT>"];

    /// <exception cref="ModelFileException">The tokeniser is missing, broken or of another kind.</exception>
    public static TokenizerDefinition Read(GgufFile file)
    {
        var metadata = file.Metadata;
        var model = metadata.String(Prefix + "model");
        if (model != Model)
        {
            throw Failure(file, $"the tokeniser model {model} is not supported, only {Model} is");
        }

        var tokens = metadata.Strings(Prefix + "tokens");
        var kind = ReadPreTokenizer(file);
        return new TokenizerDefinition
        {
            Tokens = tokens,
            Merges = ReadMerges(file),
            PreTokenizer = kind,
            SpecialTokens = ReadSpecialTokens(file, tokens),
            BeginToken = FindToken(file, "bos_token_id", tokens.Count),

            // Llama 3 files may leave this out, and their models still need it.
            AddBegin = metadata.FindBool(Prefix + "add_bos_token") ?? kind == PreTokenizerKind.Llama3,
            EndTokens = ReadEndTokens(file, tokens),
            IgnoreMerges = kind == PreTokenizerKind.Llama3,
        };
    }

    private static PreTokenizerKind ReadPreTokenizer(GgufFile file)
    {
        try
        {
            return PreTokenizerNames.Parse(file.Metadata.FindString(Prefix + "pre") ?? "gpt-2");
        }
        catch (TokenizerException e)
        {
            throw new ModelFileException($"{file.Name}: {e.Message}", e);
        }
    }

    private static List<(string Left, string Right)> ReadMerges(GgufFile file)
    {
        var merges = file.Metadata.Strings(Prefix + "merges");
        var pairs = new List<(string, string)>(merges.Count);
        foreach (var merge in merges)
        {
            // A space inside a token is spelled Ġ, so the first one after the first character is the cut.
            var cut = merge.IndexOf(' ', Math.Min(1, merge.Length));
            pairs.Add(cut > 0 && cut < merge.Length - 1 ? (merge[..cut], merge[(cut + 1)..]) : throw Failure(file, $"the merge '{merge}' is not a pair"));
        }

        return pairs;
    }

    private static List<AddedToken> ReadSpecialTokens(GgufFile file, IReadOnlyList<string> tokens)
    {
        var types = file.Metadata.FindIntegers(Prefix + "token_type") ?? [];
        if (types.Count != 0 && types.Count != tokens.Count)
        {
            throw Failure(file, $"there are {types.Count} token types for {tokens.Count} tokens");
        }

        return
        [
            .. Enumerable.Range(0, types.Count)
                .Where(id => types[id] is Unknown or Control or UserDefined && tokens[id].Length > 0)
                .Select(id => new AddedToken(id, tokens[id], Special: types[id] != UserDefined)),
        ];
    }

    // The file's own end token comes first: it is the one that chat templates write.
    private static List<int> ReadEndTokens(GgufFile file, IReadOnlyList<string> tokens)
    {
        var ends = new List<int>();
        foreach (var key in new[] { "eos_token_id", "eot_token_id", "eom_token_id" })
        {
            if (FindToken(file, key, tokens.Count) is { } id)
            {
                ends.Add(id);
            }
        }

        var types = file.Metadata.FindIntegers(Prefix + "token_type") ?? [];
        for (var id = 0; id < types.Count; id++)
        {
            if (types[id] == Control && EndNames.Contains(tokens[id], StringComparer.Ordinal))
            {
                ends.Add(id);
            }
        }

        return [.. ends.Distinct()];
    }

    private static int? FindToken(GgufFile file, string key, int count)
        => file.Metadata.FindInteger(Prefix + key) is not { } id ? null
            : id >= 0 && id < count ? (int)id
            : throw Failure(file, $"{key} is {id}, outside the {count} tokens");

    private static ModelFileException Failure(GgufFile file, string what) => new($"{file.Name}: {what}.");
}
