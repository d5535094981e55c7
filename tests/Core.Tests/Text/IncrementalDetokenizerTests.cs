using Preble.Core.Text;

namespace Preble.Core.Tests.Text;

public sealed class IncrementalDetokenizerTests
{
    private static readonly BytePairTokenizer EveryByte = new(new TokenizerDefinition
    {
        Tokens = [.. Enumerable.Range(0, 256).Select(value => ByteAlphabet.Spell((byte)value).ToString()), "<s>"],
        Merges = [],
        SpecialTokens = [new(256, "<s>")],
    });

    [Fact]
    public void A_character_comes_out_with_its_last_byte()
    {
        var detokenizer = new IncrementalDetokenizer(EveryByte);
        Assert.Equal("a", detokenizer.Append(['a', 0xF0]));
        Assert.Equal("", detokenizer.Append([0x9F]));
        Assert.Equal("", detokenizer.Append([0xA6]));
        Assert.Equal("🦙b", detokenizer.Append([0x99, 'b']));
        Assert.Equal("", detokenizer.Flush());
    }

    [Fact]
    public void An_unfinished_character_is_replaced_at_the_end()
    {
        var detokenizer = new IncrementalDetokenizer(EveryByte);
        Assert.Equal("", detokenizer.Append([0xE4, 0xB8]));
        Assert.Equal("\uFFFD", detokenizer.Flush());
        Assert.Equal("a", detokenizer.Append(['a']));
    }

    [Fact]
    public void A_byte_that_cannot_go_on_a_character_replaces_it_at_once()
    {
        var detokenizer = new IncrementalDetokenizer(EveryByte);
        detokenizer.Append([0xE4, 0xB8]);
        Assert.Equal("\uFFFDa", detokenizer.Append(['a']));
    }

    [Fact]
    public void Special_tokens_and_ids_beyond_the_vocabulary_are_no_text() =>
        Assert.Equal("ab", new IncrementalDetokenizer(EveryByte).Append(['a', 256, 100_000, 'b']));

    [Fact]
    public void Many_tokens_at_once_are_one_text()
    {
        var text = string.Concat(Enumerable.Repeat("Ünï🦙", 500));
        var detokenizer = new IncrementalDetokenizer(EveryByte);
        Assert.Equal(text, detokenizer.Append(EveryByte.Encode(text, parseSpecial: false)));
    }
}
