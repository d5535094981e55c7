using Preble.Core.Text;
using Preble.Inference.ModelFiles;
using Preble.Inference.ModelFiles.Gguf;

namespace Preble.InferenceNative.Tests.ModelFiles;

/// <summary>SentencePiece vocabularies of GGUF files, which have scores and no merges.</summary>
public sealed class GgufSentencePieceTests
{
    private const int ByteTokens = 256;
    private const string Prefix = "tokenizer.ggml.";

    /// <summary>The oracle looks at all neighbours again after every merge, by the definition.</summary>
    [Fact]
    public void The_best_score_joins_first_and_of_equals_the_leftmost()
    {
        var (random, several) = (new Random(7), 0);
        for (var round = 0; round < 300; round++)
        {
            string[] pieces = [.. Enumerable.Range(0, 24).Select(_ => Letters(random, 2, 5)).Distinct(StringComparer.Ordinal)];
            var scores = pieces.ToDictionary(piece => piece, _ => -(double)random.Next(6), StringComparer.Ordinal);
            string[] all = ["▁", "a", "b", "c", .. pieces];
            var tokenizer = GgufTokenizer.Read(Metadata([.. all.Select(t => (t, 1L, scores.GetValueOrDefault(t, -9)))]).ToMetadata("x.gguf")).CreateTokenizer();
            for (var i = 0; i < 20; i++)
            {
                var text = Letters(random, 0, 30).Replace('▁', ' ');
                string[] expected = [.. Joined(text, scores)];
                var ids = tokenizer.Encode(text, parseSpecial: true);

                Assert.Equal(expected, ids.Select(id => all[id - ByteTokens - 3]));
                several += expected.Length < text.Length ? 1 : 0;
            }
        }

        Assert.InRange(several, 4000, 6000);
    }

    [Fact]
    public void Without_the_keys_a_space_and_the_begin_token_go_before_the_text_and_the_unknown_token_is_known_by_its_type()
    {
        var definition = Read(Metadata(("▁", 1, 0)));

        Assert.Equal((PrefixSpace.EveryPiece, true, 1, 0), (definition.PrefixSpace, definition.AddBegin, definition.BeginToken, definition.UnknownToken));
        Assert.Equal([2], definition.EndTokens);
        Assert.Equal([1, 259], definition.CreateTokenizer().Encode(" ", parseSpecial: false, addBegin: true)[..2]);
    }

    [Fact]
    public void The_keys_have_their_way()
    {
        var entries = Metadata(("a", 1, 0), ("<end_of_turn>", 3, 0));
        entries.Add(Prefix + "add_space_prefix", false);
        entries.Add(Prefix + "add_bos_token", false);
        entries.Add(Prefix + "bos_token_id", 2L);
        entries.Add(Prefix + "unknown_token_id", 1L);
        var definition = Read(entries);

        Assert.Equal((PrefixSpace.None, false, 2, 1), (definition.PrefixSpace, definition.AddBegin, definition.BeginToken, definition.UnknownToken));
        Assert.Equal([2, 260], definition.EndTokens);
        Assert.Equal([259, 260, 259], definition.CreateTokenizer().Encode("a<end_of_turn>a", parseSpecial: true));
    }

    [Fact]
    public void A_character_without_token_becomes_bytes_and_neighbours_join_to_no_byte_and_no_control_token()
    {
        var tokenizer = Read(Metadata(("▁", 1, 0), ("a", 1, 0), ("b", 1, 0), ("ab", 3, 9), ("▁a", 4, 0))).CreateTokenizer();

        Assert.Equal([259, 3 + 0xC3, 3 + 0xA9], tokenizer.Encode("é", parseSpecial: false));
        Assert.Equal([263, 261], tokenizer.Encode("ab", parseSpecial: false));
        Assert.Equal(" é", tokenizer.Decode(tokenizer.Encode("é", parseSpecial: false)));
    }

    /// <summary>Its tokenizer.json says so, and GGUF has no key for it.</summary>
    [Theory]
    [InlineData("phi3", new[] { 261, 259, 260 })]
    [InlineData("llama", new[] { 261, 259, 262, 260 })]
    public void Special_tokens_of_Phi3_swallow_the_white_space_behind_them(string architecture, int[] expected)
    {
        var entries = Metadata(("▁", 1, 0), ("a", 1, 0), ("<|user|>", 3, 0), ("\n", 1, 0));
        entries.Add("general.architecture", architecture);
        var tokenizer = Read(entries).CreateTokenizer();

        Assert.Equal(expected, tokenizer.Encode("<|user|>\na", parseSpecial: true));
        Assert.Equal([1, 259, 262], tokenizer.Encode("<s>\n", parseSpecial: true));
    }

    [Fact]
    public void Broken_vocabularies_are_refused_with_the_key_that_is_wrong()
    {
        AssertRefused("the metadata value tokenizer.ggml.scores is missing", Metadata([("a", 1, 0)], scores: null));
        AssertRefused("there are 1 scores for 260 tokens", Metadata([("a", 1, 0)], scores: [0]));
        AssertRefused("a score of tokenizer.ggml.scores is not a number", Metadata(("a", 1, double.NaN)));
        AssertRefused("the token 259 of tokenizer.ggml.tokens has more than 256 characters", Metadata((new string('a', 257), 1, 0)));

        // Every cut of each is a merge: what it makes of a file must stay in proportion to it.
        var many = Enumerable.Range(1, 256).Select(n => (new string('a', n), 1L, 0.0)).ToArray();
        var error = Assert.Throws<ModelFileException>(() => Read(Metadata(many)));
        Assert.EndsWith(" of tokenizer.ggml.tokens can be made in too many ways, like others before it.", error.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(string what, GgufEntries entries)
        => Assert.Equal($"x.gguf: {what}.", Assert.Throws<ModelFileException>(() => Read(entries)).Message);

    private static TokenizerDefinition Read(GgufEntries entries) => GgufTokenizer.Read(entries.ToMetadata("x.gguf"));

    private static GgufEntries Metadata(params (string Token, long Type, double Score)[] pieces)
        => Metadata(pieces, [.. Enumerable.Repeat(0.0, 3 + ByteTokens), .. pieces.Select(piece => piece.Score)]);

    // After the first three tokens of every such vocabulary and the bytes.
    private static GgufEntries Metadata((string Token, long Type, double Score)[] pieces, double[]? scores)
    {
        var entries = new GgufEntries();
        entries.Add(Prefix + "model", "llama");
        string[] bytes = [.. Enumerable.Range(0, ByteTokens).Select(value => $"<0x{value:X2}>")];
        entries.Add(Prefix + "tokens", (string[])["<unk>", "<s>", "</s>", .. bytes, .. pieces.Select(piece => piece.Token)]);
        entries.Add(Prefix + "token_type", (long[])[2, 3, 3, .. bytes.Select(_ => 6L), .. pieces.Select(piece => piece.Type)]);
        entries.Add(Prefix + "eos_token_id", 2L);
        if (scores is not null)
        {
            entries.Add(Prefix + "scores", scores);
        }

        return entries;
    }

    private static List<string> Joined(string text, Dictionary<string, double> scores)
    {
        List<string> parts = [.. (text.Length == 0 ? "" : "▁" + text.Replace(' ', '▁')).Select(letter => letter.ToString())];
        while (true)
        {
            var best = -1;
            for (var i = 0; i + 1 < parts.Count; i++)
            {
                if (scores.TryGetValue(parts[i] + parts[i + 1], out var score) && (best < 0 || score > scores[parts[best] + parts[best + 1]]))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                return parts;
            }

            parts[best] += parts[best + 1];
            parts.RemoveAt(best + 1);
        }
    }

    private static string Letters(Random random, int least, int most)
        => string.Concat(Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => "▁abc"[random.Next(4)]));
}
