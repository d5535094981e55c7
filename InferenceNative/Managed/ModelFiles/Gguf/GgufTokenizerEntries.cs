using System.Text.Encodings.Web;
using System.Text.Json;
using Preble.Core.Text;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>
/// Writes what <see cref="GgufTokenizer"/> reads. What GGUF's own keys cannot say of a tokeniser (SentencePiece's merges, white space that tokens
/// swallow, …) is in its tokenizer.json, which then goes into the file as it is; other programs read the keys and come close.
/// </summary>
internal static class GgufTokenizerEntries
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="tokenizer">With a token for every row of the embedding.</param>
    /// <exception cref="ModelFileException">A part of it fits in neither.</exception>
    public static void Add(GgufEntries entries, TokenizerDefinition tokenizer, byte[] tokenizerJson, string source)
    {
        var types = TypesOf(tokenizer);
        AddAlgorithm(entries, tokenizer);
        entries.Add(GgufTokenizerKeys.Tokens, [.. tokenizer.Tokens.Select((token, id) => token.Length > 0 ? token : GgufTokenizerKeys.Placeholder(id))]);
        entries.Add(GgufTokenizerKeys.Types, [.. types.Select(type => (long)type)]);
        AddSpecial(entries, tokenizer);
        if (Says(entries, tokenizer))
        {
            return;
        }

        var json = Shorten(tokenizerJson);
        if (json.Length > ModelFileLimits.StringBytes)
        {
            throw new ModelFileException(
                $"{source}: GGUF's keys cannot describe this tokeniser, and tokenizer.json with its {json.Length} bytes is too long to be one of them.");
        }

        entries.Add(GgufTokenizerKeys.HuggingFace, System.Text.Encoding.UTF8.GetString(json));
        if (!Says(entries, tokenizer))
        {
            throw new ModelFileException(
                $"{source}: the model has {tokenizer.EndTokens.Count} end tokens, and GGUF has keys for {GgufTokenizerKeys.Ends.Count}.");
        }
    }

    private static void AddAlgorithm(GgufEntries entries, TokenizerDefinition tokenizer)
    {
        if (tokenizer.Algorithm == TokenizerAlgorithm.ByteLevel)
        {
            entries.Add(GgufTokenizerKeys.Model, GgufTokenizerKeys.ByteLevelModel);
            entries.Add(GgufTokenizerKeys.Pre, PreTokenizerNames.NameOf(tokenizer.PreTokenizer, tokenizer.Normalizer));
            entries.Add(GgufTokenizerKeys.Merges, [.. tokenizer.Merges.Select(merge => $"{merge.Left} {merge.Right}")]);
            return;
        }

        entries.Add(GgufTokenizerKeys.Model, GgufTokenizerKeys.SentencePieceModel);
        entries.Add(GgufTokenizerKeys.Scores, ScoresOf(tokenizer));
        entries.Add(GgufTokenizerKeys.AddSpace, tokenizer.PrefixSpace != PrefixSpace.None);
    }

    private static void AddSpecial(GgufEntries entries, TokenizerDefinition tokenizer)
    {
        if (tokenizer.BeginToken is { } begin)
        {
            entries.Add(GgufTokenizerKeys.Begin, (long)begin);
        }

        entries.Add(GgufTokenizerKeys.AddBegin, tokenizer.AddBegin);
        if (tokenizer.UnknownToken is { } unknown)
        {
            entries.Add(GgufTokenizerKeys.Unknown, (long)unknown);
        }

        // The first always has a key; of the others only those that are not known by their names.
        var control = tokenizer.SpecialTokens.Where(token => token.Special && GgufEndTokens.IsKnown(token.Content)).Select(token => token.Id).ToHashSet();
        var ends = tokenizer.EndTokens.Where((id, i) => i == 0 || !control.Contains(id));
        foreach (var (key, id) in GgufTokenizerKeys.Ends.Zip(ends))
        {
            entries.Add(key, (long)id);
        }
    }

    private static GgufTokenType[] TypesOf(TokenizerDefinition tokenizer)
    {
        var hasBytes = tokenizer.Algorithm == TokenizerAlgorithm.Metaspace;
        var types = tokenizer.Tokens.Select(TypeOf).ToArray();
        foreach (var token in tokenizer.SpecialTokens)
        {
            types[token.Id] = token.Special ? GgufTokenType.Control : GgufTokenType.UserDefined;
        }

        if (tokenizer.UnknownToken is { } unknown)
        {
            types[unknown] = GgufTokenType.Unknown;
        }

        return types;

        GgufTokenType TypeOf(string token)
            => token.Length == 0 ? GgufTokenType.Unused
                : hasBytes && token is ['<', '0', 'x', _, _, '>'] ? GgufTokenType.Byte
                : GgufTokenType.Normal;
    }

    // Who merges by scores joins first what the best merge makes.
    private static double[] ScoresOf(TokenizerDefinition tokenizer)
    {
        var rankOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (left, right) in tokenizer.Merges)
        {
            rankOf.TryAdd(left + right, rankOf.Count);
        }

        return [.. tokenizer.Tokens.Select(token => -(double)rankOf.GetValueOrDefault(token, rankOf.Count))];
    }

    private static byte[] Shorten(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.SerializeToUtf8Bytes(document.RootElement, Compact);
    }

    // The reader itself is asked: what it would not find in the file is not in there.
    private static bool Says(GgufEntries entries, TokenizerDefinition tokenizer)
    {
        try
        {
            return IsSame(GgufTokenizer.Read(entries.ToMetadata("the file to be written")), tokenizer);
        }
        catch (ModelFileException)
        {
            return false;
        }
    }

    private static bool IsSame(TokenizerDefinition read, TokenizerDefinition tokenizer)
        => read.Algorithm == tokenizer.Algorithm && read.Normalizer == tokenizer.Normalizer && read.PreTokenizer == tokenizer.PreTokenizer
            && read.BeginToken == tokenizer.BeginToken && read.AddBegin == tokenizer.AddBegin && read.IgnoreMerges == tokenizer.IgnoreMerges
            && read.PrefixSpace == tokenizer.PrefixSpace && read.UnknownToken == tokenizer.UnknownToken
            && WithoutPadding(read.Tokens).SequenceEqual(WithoutPadding(tokenizer.Tokens), StringComparer.Ordinal)
            && read.Merges.SequenceEqual(tokenizer.Merges) && read.MergeRanks is null == tokenizer.MergeRanks is null
            && Comparable(read).SequenceEqual(Comparable(tokenizer))
            && read.EndTokens.FirstOrDefault(-1) == tokenizer.EndTokens.FirstOrDefault(-1) && !tokenizer.EndTokens.Except(read.EndTokens).Any();

    private static IEnumerable<string> WithoutPadding(IReadOnlyList<string> tokens)
        => tokens.Take(tokens.Count - tokens.Reverse().TakeWhile(token => token.Length == 0).Count());

    // Where text is not normalised it makes no difference whether a token is found before or after that.
    private static IEnumerable<AddedToken> Comparable(TokenizerDefinition tokenizer)
        => tokenizer.SpecialTokens
            .Select(t => tokenizer is { Normalizer: TextNormalizer.None, Algorithm: TokenizerAlgorithm.ByteLevel } ? t with { Normalized = false } : t)
            .OrderBy(token => token.Id);
}
