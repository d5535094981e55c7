using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Preble.Core.Text;

namespace Preble.Core.Properties.Text;

public sealed class DetokenizerProperties
{
    // Whole words, characters of two to four bytes, and characters cut in two at every place, which models do produce.
    private static readonly byte[][] Bytes =
    [
        "a"u8.ToArray(), " word"u8.ToArray(), "é"u8.ToArray(), "中文"u8.ToArray(), "🦙"u8.ToArray(),
        [0xC3], [0xA9], [0xE4], [0xE4, 0xB8], [0xB8, 0xAD], [0xAD], [0xF0], [0xF0, 0x9F], [0xF0, 0x9F, 0xA6], [0x9F, 0xA6, 0x99], [0x99],
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90], [], [0xE2, 0x82], [0x82, 0xAC, 0x20, 0xF0],
    ];

    [Fact]
    public void The_pieces_are_the_decoding_of_the_whole_and_hold_back_one_unfinished_character_at_most()
    {
        var tokenizer = new BytePairTokenizer(Definition());
        var (heldBack, replaced, composed) = (0, 0, 0);
        Check.That(Chunks(), chunks =>
        {
            var detokenizer = new IncrementalDetokenizer(tokenizer);
            var text = new StringBuilder();
            var tokens = new List<int>();
            foreach (var chunk in chunks)
            {
                var piece = detokenizer.Append(chunk);
                Assert.True(
                    piece.Length == 0 || !(char.IsHighSurrogate(piece[^1]) || char.IsLowSurrogate(piece[0])), "half a character");
                text.Append(piece);
                tokens.AddRange(chunk);
                var sofar = tokenizer.Decode([.. tokens]);
                // What is held back would be one U+FFFD if the output ended here.
                var held = sofar.Length - text.Length;
                Assert.StartsWith(text.ToString(), sofar, StringComparison.Ordinal);
                Assert.True(held == 0 || (held == 1 && sofar[^1] == '\uFFFD'), $"{held} characters held back");
                heldBack += held;
            }

            text.Append(detokenizer.Flush());
            var whole = tokenizer.Decode([.. tokens]);
            Assert.Equal(whole, text.ToString());
            Assert.Equal("", detokenizer.Flush());
            replaced += whole.Contains('\uFFFD', StringComparison.Ordinal) ? 1 : 0;
            composed += whole.Contains('中', StringComparison.Ordinal) ? 1 : 0;
        }, tests: 3000);
        Assert.True(
            heldBack > 500 && replaced > 500 && composed > 500,
            $"{heldBack}, {replaced}, {composed}: the generator misses the point");
    }

    private static Gen<int[][]> Chunks() => Gen.Choose(0, Bytes.Length - 1).ArrayOf().Select(chunk => chunk.Take(6).ToArray()).ArrayOf();

    private static TokenizerDefinition Definition() => new()
    {
        Tokens = [.. Bytes.Select((bytes, id) => string.Concat(bytes.Select(ByteAlphabet.Spell)))],
        Merges = [],
    };
}
