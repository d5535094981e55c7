using Preble.Core.Text;

namespace Preble.Core.Tests.Text;

public sealed class AddedTokenTests
{
    private static readonly string[] Vocabulary = ["<", "s", ">", "a", "Ġ", "<s>", "<s>s", "!"];

    [Fact]
    public void Names_of_special_tokens_are_tokens_only_when_asked_for()
    {
        var tokenizer = Tokenizer(new AddedToken(5, "<s>"));
        Assert.Equal([3, 5, 3], tokenizer.Encode("a<s>a", parseSpecial: true));
        Assert.Equal([3, 0, 1, 2, 3], tokenizer.Encode("a<s>a", parseSpecial: false));
    }

    [Fact]
    public void Names_of_other_added_tokens_are_tokens_always() =>
        Assert.Equal([3, 5], Tokenizer(new AddedToken(5, "<s>", Special: false)).Encode("a<s>", parseSpecial: false));

    [Fact]
    public void Of_the_names_that_begin_at_one_place_the_longest_counts() =>
        Assert.Equal([6, 5, 3], Tokenizer(new AddedToken(5, "<s>"), new AddedToken(6, "<s>s")).Encode("<s>s<s>a", parseSpecial: true));

    [Fact]
    public void Tokens_next_to_each_other_and_at_both_ends_are_found() =>
        Assert.Equal([5, 5, 3, 5], Tokenizer(new AddedToken(5, "<s>")).Encode("<s><s>a<s>", parseSpecial: true));

    [Fact]
    public void White_space_is_swallowed_on_the_sides_that_the_token_says()
    {
        const string text = "a  <s>  a";
        Assert.Equal([3, 4, 4, 5, 4, 4, 3], Tokenizer(new AddedToken(5, "<s>")).Encode(text, parseSpecial: true));
        Assert.Equal([3, 5, 4, 4, 3], Tokenizer(new AddedToken(5, "<s>", LeftStrip: true)).Encode(text, parseSpecial: true));
        Assert.Equal([3, 4, 4, 5, 3], Tokenizer(new AddedToken(5, "<s>", RightStrip: true)).Encode(text, parseSpecial: true));
    }

    [Fact]
    public void White_space_between_two_greedy_tokens_is_swallowed_once() =>
        Assert.Equal(
            [5, 5], Tokenizer(new AddedToken(5, "<s>", LeftStrip: true, RightStrip: true)).Encode("<s>  <s>  ", parseSpecial: true));

    [Fact]
    public void A_single_word_is_not_found_inside_another()
    {
        var tokenizer = Tokenizer(new AddedToken(7, "a", SingleWord: true));
        Assert.Equal([7, 4, 7], tokenizer.Encode("a a", parseSpecial: true));
        Assert.Equal([3, 3, 1], tokenizer.Encode("aas", parseSpecial: true));
    }

    [Fact]
    public void A_normalised_token_is_found_by_its_normalised_name()
    {
        // The reference puts the prefix space before the name as well, so the name is only found where a space stands before it.
        var tokenizer = new MetaspaceTokenizer(new TokenizerDefinition
        {
            Tokens = ["a", "▁", "<s>", "<", "s", ">"],
            Merges = [],
            Algorithm = TokenizerAlgorithm.Metaspace,
            PrefixSpace = PrefixSpace.EveryPiece,
            SpecialTokens = [new(2, "<s>", Normalized: true)],
        });
        Assert.Equal([2, 0, 2], tokenizer.Encode("<s>a <s>", parseSpecial: true));
        Assert.Equal([1, 0, 3, 4, 5], tokenizer.Encode("a<s>", parseSpecial: true));
    }

    /// <summary>As the reference has it: neither behind an added token nor before a space of the text's own.</summary>
    [Theory]
    [InlineData("a", new[] { 1, 0 })]
    [InlineData(" a", new[] { 1, 0 })]
    [InlineData("  a", new[] { 1, 1, 0 })]
    [InlineData("a<s>a", new[] { 1, 0, 2, 0 })]
    [InlineData("<s>a", new[] { 2, 0 })]
    [InlineData("<n>a<n>", new[] { 6, 0, 6 })]
    [InlineData("", new int[0])]
    public void A_space_goes_before_the_start_of_a_text_alone(string text, int[] expected)
    {
        var tokenizer = new MetaspaceTokenizer(new TokenizerDefinition
        {
            Tokens = ["a", "▁", "<s>", "<", "s", ">", "<n>"],
            Merges = [],
            Algorithm = TokenizerAlgorithm.Metaspace,
            PrefixSpace = PrefixSpace.TextStart,
            SpecialTokens = [new(2, "<s>"), new(6, "<n>", Normalized: true)],
        });
        Assert.Equal(expected, tokenizer.Encode(text, parseSpecial: true));
    }

    private static BytePairTokenizer Tokenizer(params AddedToken[] added) => new(new TokenizerDefinition
    {
        Tokens = Vocabulary,
        Merges = [],
        SpecialTokens = added,
    });
}
