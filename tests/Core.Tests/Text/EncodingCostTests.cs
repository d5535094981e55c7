using System.Diagnostics;
using Preble.Core.Text;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.Core.Tests.Text;

/// <summary>What encoding costs: allocations are gated, time is only printed, and quadratic behaviour would show as a hang.</summary>
public sealed class EncodingCostTests(ITestOutputHelper output)
{
    private static readonly string English = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "LICENSE"));

    [Fact]
    public void Encoding_known_words_allocates_the_result_and_nothing_more()
    {
        var tokenizer = TokenizerFiles.Read(TokenizerFiles.TinyLlama).CreateTokenizer();
        var ids = tokenizer.Encode(English, parseSpecial: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        tokenizer.Encode(English, parseSpecial: true);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, sizeof(int) * ids.Length + 64);
    }

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("<|bos|")]
    [InlineData("1")]
    [InlineData("'")]
    [InlineData("\u0301")]
    [InlineData("a\u0301\u0323")]
    public void Hostile_text_of_a_hundred_thousand_characters_is_encoded_in_linear_time(string unit)
    {
        var definition = TokenizerFiles.Read(TokenizerFiles.TinyLlama) with { Normalizer = TextNormalizer.Nfc };
        var text = string.Concat(Enumerable.Repeat(unit, 100_000 / unit.Length));
        foreach (var kind in Enum.GetValues<PreTokenizerKind>())
        {
            var tokenizer = new BytePairTokenizer(definition with { PreTokenizer = kind });
            var start = Stopwatch.GetTimestamp();
            var ids = tokenizer.Encode(text, parseSpecial: true);
            output.WriteLine($"{kind}: {ids.Length} tokens in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:f0} ms");
            Assert.Equal(CanonicalComposition.Compose(text).ToString(), tokenizer.Decode(ids));
        }
    }

    [Fact]
    public void Many_marks_on_one_letter_are_ordered_without_comparing_all_with_all()
    {
        // Two classes in turn, so that an insertion sort would move half of the run for each mark.
        var text = "q" + string.Concat(Enumerable.Repeat("\u0301\u0323", 50_000));
        var composed = CanonicalComposition.Compose(text).ToString();
        Assert.Equal("q" + new string('\u0323', 50_000) + new string('\u0301', 50_000), composed);
    }
}
