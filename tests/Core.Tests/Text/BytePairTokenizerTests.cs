using Preble.Core.Text;

namespace Preble.Core.Tests.Text;

public sealed class BytePairTokenizerTests
{
    private static readonly TokenizerDefinition Tiny = new()
    {
        Tokens = ["a", "b", "Ġ", "ab", "abab", "<s>", "</s>", "<tool>", "<tool>x", "bb", "abb"],
        Merges = [("a", "b"), ("ab", "ab")],
        SpecialTokens = [new(5, "<s>"), new(6, "</s>"), new(7, "<tool>", Special: false), new(8, "<tool>x", Special: false)],
        BeginToken = 5,
        AddBegin = true,
        EndTokens = [6],
    };

    [Fact]
    public void Bytes_without_token_vanish_and_their_neighbours_merge() =>
        Assert.Equal([3], Encode(Tiny, "aXb", PreTokenizerKind.None));

    [Fact]
    public void Bytes_without_token_become_the_unknown_token_when_there_is_one() =>
        Assert.Equal([0, 2, 1], Encode(Tiny with { UnknownToken = 2 }, "aXb"));

    [Fact]
    public void Of_overlapping_merges_the_leftmost_is_made() =>
        Assert.Equal([9, 1, 0, 9, 9], Encode(Tiny with { Merges = [("b", "b")] }, "bbbabbbb"));

    [Fact]
    public void A_piece_that_is_a_token_is_that_token_only_when_merges_are_ignored()
    {
        Assert.Equal([3, 1], Encode(Tiny, "abb"));
        Assert.Equal([10], Encode(Tiny with { IgnoreMerges = true }, "abb"));
    }

    [Fact]
    public void A_prefix_space_goes_before_text_that_begins_without_one()
    {
        var prefixed = Tiny with { PrefixSpace = PrefixSpace.EveryPiece };
        Assert.Equal([2, 0], Encode(prefixed, "a"));
        Assert.Equal([2, 0], Encode(prefixed, " a"));
        Assert.Equal([], Encode(prefixed, ""));
    }

    [Fact]
    public void The_begin_token_is_added_when_the_caller_asks_and_the_model_wants_it()
    {
        var tokenizer = new BytePairTokenizer(Tiny);
        Assert.Equal([5, 0], tokenizer.Encode("a", parseSpecial: false, addBegin: true));
        Assert.Equal([0], tokenizer.Encode("a", parseSpecial: false));
        var without = new BytePairTokenizer(Tiny with { AddBegin = false });
        Assert.Equal([0], without.Encode("a", parseSpecial: false, addBegin: true));
        Assert.Null(without.BeginToken);
    }

    [Fact]
    public void Special_tokens_are_nothing_in_decoded_text_unless_asked_for()
    {
        var tokenizer = new BytePairTokenizer(Tiny);
        Assert.Equal("ab<tool>", tokenizer.Decode([5, 3, 7, 6]));
        Assert.Equal("<s>ab<tool></s>", tokenizer.Decode([5, 3, 7, 6], special: true));
    }

    [Fact]
    public void Ids_beyond_the_vocabulary_have_no_bytes() =>
        Assert.Equal("a", new BytePairTokenizer(Tiny).Decode([-1, 0, 11, int.MaxValue]));

    [Fact]
    public void Halves_of_characters_in_the_text_are_encoded_as_the_replacement_character()
    {
        var tokenizer = TokenizerFiles.Read(TokenizerFiles.TinyLlama).CreateTokenizer();
        Assert.Equal(tokenizer.Encode("x\uFFFDy", parseSpecial: false), tokenizer.Encode("x\uD83Ey", parseSpecial: false));
    }

    [Fact]
    public void What_the_cache_remembers_is_what_was_computed()
    {
        var tokenizer = TokenizerFiles.Read(TokenizerFiles.TinyLlama).CreateTokenizer();
        const string text = "The quick brown fox, 1234 jumps; über 🦙 中文!\n\n";
        Assert.Equal(tokenizer.Encode(text, parseSpecial: false), tokenizer.Encode(text, parseSpecial: false));
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text, parseSpecial: false)));
    }

    [Theory]
    [InlineData("begin", "The begin token has id 99, which is outside of the 11 tokens of the vocabulary.")]
    [InlineData("end", "The end token has id -1, which is outside of the 11 tokens of the vocabulary.")]
    [InlineData("added", "The added token 'x' has id 11, which is outside of the 11 tokens of the vocabulary.")]
    [InlineData("merge", "Merge 0 of the tokeniser ('b' and 'a') takes or makes a token that is not in the vocabulary.")]
    [InlineData("none", "The tokeniser has no tokens.")]
    public void Definitions_that_contradict_themselves_are_refused(string mistake, string message)
    {
        var definition = mistake switch
        {
            "begin" => Tiny with { BeginToken = 99 },
            "end" => Tiny with { EndTokens = [-1] },
            "added" => Tiny with { SpecialTokens = [new(11, "x")] },
            "merge" => Tiny with { Merges = [("b", "a")] },
            _ => new TokenizerDefinition { Tokens = [], Merges = [] },
        };
        Assert.Equal(message, Assert.Throws<TokenizerException>(() => new BytePairTokenizer(definition)).Message);
    }

    private static int[] Encode(TokenizerDefinition definition, string text, PreTokenizerKind kind = PreTokenizerKind.Gpt2) =>
        new BytePairTokenizer(definition with { PreTokenizer = kind }).Encode(text, parseSpecial: false);
}
