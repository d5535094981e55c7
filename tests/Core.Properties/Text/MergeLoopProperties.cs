using FsCheck;
using FsCheck.Fluent;
using Preble.Core.Text;
using Preble.Testing;

namespace Preble.Core.Properties.Text;

public sealed class MergeLoopProperties
{
    private const string Letters = "abc";

    [Fact]
    public void Merging_agrees_with_the_dumb_loop_for_any_merges_and_any_text()
    {
        var (merged, untouched, rented) = (0, 0, 0);
        Check.That(Inputs(), input =>
        {
            var definition = RandomVocabulary(new SeededRandom((ulong)input.Seed));
            var expected = MergeDumbly(input.Text, definition);
            var ids = new BytePairTokenizer(definition).Encode(input.Text, parseSpecial: false);

            Assert.Equal(expected, ids.Select(id => definition.Tokens[id]));
            merged += expected.Count < input.Text.Length ? 1 : 0;
            untouched += expected.Count == input.Text.Length ? 1 : 0;
            rented += input.Text.Length > 48 ? 1 : 0;
        });
        Assert.True(
            merged > 200 && untouched > 10 && rented > 50,
            $"{merged} merged, {untouched} untouched, {rented} long: the generator misses the point");
    }

    private static Gen<(int Seed, string Text)> Inputs() =>
        from seed in Gen.Choose(0, int.MaxValue)
        from longText in Gen.Choose(0, 3)
        from length in Gen.Choose(0, longText == 0 ? 200 : 20)
        from letters in Gen.Elements(Letters.ToCharArray()).ArrayOf(length)
        select (seed, new string(letters));

    /// <summary>
    /// Merges of any two tokens there are, each once; the same token may come out of several, and ranks are in no good order.
    /// </summary>
    private static TokenizerDefinition RandomVocabulary(SeededRandom random)
    {
        var tokens = Letters.Select(letter => letter.ToString()).ToList();
        var merges = new List<(string, string)>();
        for (var left = random.Between(0, 30); left > 0; left--)
        {
            var merge = (random.Pick(tokens), random.Pick(tokens));
            if (!merges.Contains(merge))
            {
                merges.Insert(random.Below(merges.Count + 1), merge);
                tokens = [.. tokens.Append(merge.Item1 + merge.Item2).Distinct(StringComparer.Ordinal)];
            }
        }

        return new TokenizerDefinition { Tokens = tokens, Merges = merges, PreTokenizer = PreTokenizerKind.None };
    }

    /// <summary>The definition of byte-pair encoding, quadratic and by spelling.</summary>
    private static List<string> MergeDumbly(string text, TokenizerDefinition definition)
    {
        var symbols = text.Select(letter => letter.ToString()).ToList();
        while (true)
        {
            var best = (Rank: int.MaxValue, At: -1);
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                var rank = definition.Merges.ToList().IndexOf((symbols[i], symbols[i + 1]));
                best = rank >= 0 && rank < best.Rank ? (rank, i) : best;
            }

            if (best.At < 0)
            {
                return symbols;
            }

            symbols[best.At] += symbols[best.At + 1];
            symbols.RemoveAt(best.At + 1);
        }
    }
}
