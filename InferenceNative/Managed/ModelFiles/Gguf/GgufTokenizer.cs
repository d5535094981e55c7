using System.Text;
using Preble.Core.Text;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>
/// Reads the tokeniser out of GGUF metadata: byte-level vocabularies with merges, which GGUF calls `gpt2`, SentencePiece's with scores, and whatever
/// has its tokenizer.json in there.
/// </summary>
public static class GgufTokenizer
{
    /// <exception cref="ModelFileException">The tokeniser is missing, broken or of another kind.</exception>
    public static TokenizerDefinition Read(GgufFile file) => Read(file.Metadata);

    internal static TokenizerDefinition Read(GgufMetadata metadata)
    {
        if (metadata.FindString(GgufTokenizerKeys.HuggingFace) is { } json)
        {
            return ReadHuggingFace(metadata, json);
        }

        return metadata.String(GgufTokenizerKeys.Model) switch
        {
            GgufTokenizerKeys.ByteLevelModel => ReadByteLevel(metadata),
            GgufTokenizerKeys.SentencePieceModel => GgufSentencePiece.Read(metadata),
            var other => throw Failure(
                metadata,
                $"the tokeniser model {other} is not supported, only {GgufTokenizerKeys.ByteLevelModel} and {GgufTokenizerKeys.SentencePieceModel} are, "
                    + $"and others with {GgufTokenizerKeys.HuggingFace}"),
        };
    }

    internal static int? FindToken(GgufMetadata metadata, string key, int count)
        => metadata.FindInteger(key) is not { } id ? null
            : id >= 0 && id < count ? (int)id
            : throw Failure(metadata, $"{key[(key.LastIndexOf('.') + 1)..]} is {id}, outside the {count} tokens");

    /// <summary>The tokens and their types, of which there are as many or none.</summary>
    internal static (IReadOnlyList<string> Tokens, IReadOnlyList<long> Types) ReadTokens(GgufMetadata metadata)
    {
        var (tokens, types) = (metadata.Strings(GgufTokenizerKeys.Tokens), metadata.FindIntegers(GgufTokenizerKeys.Types) ?? []);
        return types.Count == 0 || types.Count == tokens.Count
            ? (tokens, types)
            : throw Failure(metadata, $"there are {types.Count} token types for {tokens.Count} tokens");
    }

    /// <summary>Those that are found in text by name.</summary>
    internal static List<AddedToken> ReadSpecialTokens(IReadOnlyList<string> tokens, IReadOnlyList<long> types) =>
    [
        .. Enumerable.Range(0, types.Count)
            .Where(id => (GgufTokenType)types[id] is GgufTokenType.Unknown or GgufTokenType.Control or GgufTokenType.UserDefined && tokens[id].Length > 0)
            .Select(id => new AddedToken(id, tokens[id], Special: (GgufTokenType)types[id] != GgufTokenType.UserDefined)),
    ];

    /// <summary>The tokens with nothing where the name only says that there is none.</summary>
    internal static IReadOnlyList<string> WithoutPlaceholders(IReadOnlyList<string> tokens, IReadOnlyList<long> types)
        => [.. tokens.Select((token, id) => IsPlaceholder(token, id, types) ? "" : token)];

    private static TokenizerDefinition ReadByteLevel(GgufMetadata metadata)
    {
        var (tokens, types) = ReadTokens(metadata);
        var pre = metadata.FindString(GgufTokenizerKeys.Pre) ?? "gpt-2";
        var kind = Parse(metadata, () => PreTokenizerNames.Parse(pre));
        return new TokenizerDefinition
        {
            Tokens = WithoutPlaceholders(tokens, types),
            Merges = ReadMerges(metadata),
            Normalizer = PreTokenizerNames.NormalizerOf(pre),
            PreTokenizer = kind,
            SpecialTokens = ReadSpecialTokens(tokens, types),
            BeginToken = FindToken(metadata, GgufTokenizerKeys.Begin, tokens.Count),

            // Llama 3 files may leave this out, and their models still need it.
            AddBegin = metadata.FindBool(GgufTokenizerKeys.AddBegin) ?? kind == PreTokenizerKind.Llama3,
            EndTokens = GgufEndTokens.Read(metadata, tokens.Count, OfType(GgufTokenType.Control, tokens, types)),
            IgnoreMerges = kind == PreTokenizerKind.Llama3,
        };
    }

    // The begin and end tokens are not in a tokenizer.json but in files beside it; here they are in GGUF's own keys.
    private static TokenizerDefinition ReadHuggingFace(GgufMetadata metadata, string json)
    {
        var definition = Parse(metadata, () => HuggingFaceTokenizer.Parse(Encoding.UTF8.GetBytes(json), ReadOnlyMemory<byte>.Empty));
        var count = definition.Tokens.Count;
        var begin = FindToken(metadata, GgufTokenizerKeys.Begin, count) ?? definition.BeginToken;
        return definition with
        {
            BeginToken = begin,
            AddBegin = begin is not null && (metadata.FindBool(GgufTokenizerKeys.AddBegin) ?? definition.AddBegin),
            EndTokens = GgufEndTokens.Read(metadata, count, definition.SpecialTokens.Where(t => t.Special).Select(t => (t.Id, t.Content))),
        };
    }

    private static T Parse<T>(GgufMetadata metadata, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (TokenizerException e)
        {
            throw new ModelFileException($"{metadata.FileName}: {e.Message}", e);
        }
    }

    private static List<(string Left, string Right)> ReadMerges(GgufMetadata metadata)
    {
        var merges = metadata.Strings(GgufTokenizerKeys.Merges);
        var pairs = new List<(string, string)>(merges.Count);
        foreach (var merge in merges)
        {
            // A space inside a token is spelled Ġ, so the first one after the first character is the cut.
            var cut = merge.IndexOf(' ', Math.Min(1, merge.Length));
            pairs.Add(
                cut > 0 && cut < merge.Length - 1 ? (merge[..cut], merge[(cut + 1)..]) : throw Failure(metadata, $"the merge '{merge}' is not a pair"));
        }

        return pairs;
    }

    private static IEnumerable<(int Id, string Name)> OfType(GgufTokenType type, IReadOnlyList<string> tokens, IReadOnlyList<long> types)
        => Enumerable.Range(0, types.Count).Where(id => (GgufTokenType)types[id] == type).Select(id => (id, tokens[id]));

    private static bool IsPlaceholder(string token, int id, IReadOnlyList<long> types)
        => types.Count > 0 && (GgufTokenType)types[id] == GgufTokenType.Unused && token == GgufTokenizerKeys.Placeholder(id);

    private static ModelFileException Failure(GgufMetadata metadata, string what) => new($"{metadata.FileName}: {what}.");
}
