using Preble.Core.Text;

namespace Preble.Inference.ModelFiles.Gguf;

/// <summary>
/// Reads SentencePiece vocabularies with scores, which GGUF calls `llama`. Of all neighbours that join to a token those join first whose token has
/// the highest score, of equals the leftmost; so every way to cut a token in two tokens is a merge, ranked by the token's score.
/// </summary>
internal static class GgufSentencePiece
{
    /// <summary>Characters of a token that others may join to: every cut of it is looked up.</summary>
    private const int PieceLength = 256;

    /// <summary>Merges for each token of a vocabulary, on average: real ones have about two.</summary>
    private const int MergesPerToken = 32;

    // What the keys mean where they are missing: SentencePiece's own order of its first tokens.
    private const int UsualBegin = 1;

    // Where Phi-3's vocabulary says that a special token swallows the white space behind it, GGUF has no key for that.
    private const string SwallowingArchitecture = "phi3";
    private static readonly string[] Keeping = ["<unk>", "<s>", "<|endoftext|>"];

    /// <exception cref="ModelFileException">The tokeniser is missing or broken.</exception>
    public static TokenizerDefinition Read(GgufMetadata metadata)
    {
        var (tokens, types) = GgufTokenizer.ReadTokens(metadata);
        var scores = ReadScores(metadata, tokens.Count);
        var special = GgufTokenizer.ReadSpecialTokens(tokens, types);
        var (merges, ranks) = Merges(metadata, tokens, types, scores);
        var begin = GgufTokenizer.FindToken(metadata, GgufTokenizerKeys.Begin, tokens.Count) ?? (tokens.Count > UsualBegin ? UsualBegin : null);
        return new TokenizerDefinition
        {
            Algorithm = TokenizerAlgorithm.Metaspace,
            Tokens = GgufTokenizer.WithoutPlaceholders(tokens, types),
            Merges = merges,
            MergeRanks = ranks,
            PreTokenizer = PreTokenizerKind.None,
            PrefixSpace = metadata.FindBool(GgufTokenizerKeys.AddSpace) ?? true ? PrefixSpace.EveryPiece : PrefixSpace.None,
            SpecialTokens = metadata.FindString("general.architecture") == SwallowingArchitecture ? [.. special.Select(Swallowing)] : special,
            BeginToken = begin,
            AddBegin = begin is not null && (metadata.FindBool(GgufTokenizerKeys.AddBegin) ?? true),
            EndTokens = GgufEndTokens.Read(metadata, tokens.Count, special.Where(t => t.Special).Select(t => (t.Id, t.Content))),
            UnknownToken = GgufTokenizer.FindToken(metadata, GgufTokenizerKeys.Unknown, tokens.Count) ?? FirstUnknown(types),
        };
    }

    private static IReadOnlyList<double> ReadScores(GgufMetadata metadata, int count)
    {
        var scores = metadata.FindNumbers(GgufTokenizerKeys.Scores)
            ?? throw new ModelFileException($"{metadata.FileName}: the metadata value {GgufTokenizerKeys.Scores} is missing.");
        return scores.Count != count ? throw new ModelFileException($"{metadata.FileName}: there are {scores.Count} scores for {count} tokens.")
            : scores.Any(double.IsNaN) ? throw new ModelFileException($"{metadata.FileName}: a score of {GgufTokenizerKeys.Scores} is not a number.")
            : scores;
    }

    private static (IReadOnlyList<(string Left, string Right)> Merges, IReadOnlyList<int> Ranks) Merges(
        GgufMetadata metadata, IReadOnlyList<string> tokens, IReadOnlyList<long> types, IReadOnlyList<double> scores)
    {
        var ids = Enumerable.Range(0, tokens.Count).Where(id => tokens[id].Length > 0 && IsPiece(id, types)).ToArray();
        var pieces = ids.Select(id => tokens[id]).ToHashSet(StringComparer.Ordinal);
        var spans = pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        var (merges, ranks, rank) = (new List<(string, string)>(), new List<int>(), -1);
        var last = double.NaN;
        foreach (var id in ids.OrderByDescending(id => scores[id]).ThenBy(id => id))
        {
            Check(metadata, id, tokens[id].Length <= PieceLength, $"has more than {PieceLength} characters");
            rank += scores[id] == last ? 0 : 1;
            last = scores[id];
            foreach (var (left, right) in Cuts(tokens[id]))
            {
                merges.Add((left, right));
                ranks.Add(rank);
            }

            Check(metadata, id, merges.Count <= (long)MergesPerToken * tokens.Count, "can be made in too many ways, like others before it");
        }

        return (merges, ranks);

        IEnumerable<(string Left, string Right)> Cuts(string token)
        {
            for (var cut = 1; cut < token.Length; cut++)
            {
                if (spans.TryGetValue(token.AsSpan(0, cut), out var left) && spans.TryGetValue(token.AsSpan(cut), out var right))
                {
                    yield return (left, right);
                }
            }
        }
    }

    // Control tokens and bytes are no text that neighbours could join to.
    private static bool IsPiece(int id, IReadOnlyList<long> types)
        => types.Count == 0 || (GgufTokenType)types[id] is GgufTokenType.Normal or GgufTokenType.UserDefined;

    private static AddedToken Swallowing(AddedToken token)
        => token.Special && !Keeping.Contains(token.Content, StringComparer.Ordinal) ? token with { RightStrip = true } : token;

    private static int? FirstUnknown(IReadOnlyList<long> types)
        => Enumerable.Range(0, types.Count).Where(id => (GgufTokenType)types[id] == GgufTokenType.Unknown).Select(id => (int?)id).FirstOrDefault();

    private static void Check(GgufMetadata metadata, int id, bool holds, string what)
    {
        if (!holds)
        {
            throw new ModelFileException($"{metadata.FileName}: the token {id} of {GgufTokenizerKeys.Tokens} {what}.");
        }
    }
}
