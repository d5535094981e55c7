using Preble.Core.Text;

namespace Preble.Core.Tests.Text;

public sealed class PieceEnumeratorTests
{
    [Theory]
    // 𝐀𝐛 are letters and 𝟏𝟐 digits outside of the first plane: two UTF-16 units each, which patterns on units would call symbols.
    [InlineData(PreTokenizerKind.Gpt2, "x𝐀𝐛 𝟏𝟐🦙!", "x𝐀𝐛| 𝟏𝟐|🦙!")]
    [InlineData(PreTokenizerKind.Smollm, "x𝐀 𝟏𝟐🦙", "x𝐀| |𝟏|𝟐|🦙")]
    [InlineData(PreTokenizerKind.Llama3, "🦙𝐀 𝟏𝟐𝟏𝟐", "🦙𝐀| |𝟏𝟐𝟏|𝟐")]
    [InlineData(PreTokenizerKind.Qwen2, "🦙𝐀 𝟏𝟐", "🦙𝐀| |𝟏|𝟐")]
    [InlineData(PreTokenizerKind.None, "a b 1", "a b 1")]
    // The long s folds to s, so it makes a contraction where case is ignored.
    [InlineData(PreTokenizerKind.Llama3, "it'ſ IT'S", "it|'ſ| IT|'S")]
    [InlineData(PreTokenizerKind.Gpt2, "it'ſ IT'S", "it|'|ſ| IT|'|S")]
    [InlineData(PreTokenizerKind.Gpt2, "a\u0301b", "a|\u0301|b")]
    [InlineData(PreTokenizerKind.Smollm, "end  1", "end|  |1")]
    [InlineData(PreTokenizerKind.Gpt2, "end  1", "end| | 1")]
    [InlineData(PreTokenizerKind.Gpt2, "'", "'")]
    [InlineData(PreTokenizerKind.Gpt2, "", "")]
    // Half a character at the end is a symbol and no reason to read past the text.
    [InlineData(PreTokenizerKind.Llama3, "a\uD83E", "a|\uD83E")]
    public void Text_is_cut_by_whole_characters(PreTokenizerKind kind, string text, string pieces)
    {
        var actual = new List<string>();
        var enumerator = new PieceEnumerator(kind, text);
        while (enumerator.MoveNext())
        {
            actual.Add(enumerator.Current.ToString());
        }

        Assert.Equal(pieces, string.Join('|', actual));
    }

    [Fact]
    public void Pre_tokenisers_that_we_do_not_have_are_refused_by_name()
    {
        var error = Assert.Throws<TokenizerException>(() => PreTokenizerNames.Parse("tekken"));
        Assert.Equal("The pre-tokeniser 'tekken' is not supported.", error.Message);
    }
}
