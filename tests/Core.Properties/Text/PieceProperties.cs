using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Preble.Core.Text;

namespace Preble.Core.Properties.Text;

/// <summary>The scanners written by hand against the published patterns, run by the runtime's regular expressions.</summary>
public sealed class PieceProperties
{
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // Weighted towards what the patterns look at. No surrogates: the runtime's patterns see those as two characters, which is why
    // we do not use them.
    private static readonly char[] Interesting =
        "aaelsStTmMdDrRvV'''’   \n\n\r\t 12³Ⅷ٣.,!-\"_äß中́ـ\u0085\u00A0\u2028\u200B\u3000".ToCharArray();

    [Fact]
    public void GPT_2s_pieces_are_those_of_its_pattern() => PiecesAreThoseOf(PreTokenizerKind.Gpt2, text => Matches(Gpt2, text));

    [Fact]
    public void Llama_3s_pieces_are_those_of_its_pattern() => PiecesAreThoseOf(PreTokenizerKind.Llama3, text => Matches(Llama3, text));

    [Fact]
    public void Qwen_2s_pieces_are_those_of_its_pattern() =>
        PiecesAreThoseOf(PreTokenizerKind.Qwen2, text => Matches(Llama3.Replace("{1,3}", "", StringComparison.Ordinal), text));

    [Fact]
    public void SmolLMs_pieces_are_digits_and_GPT_2s_pattern_between_them() =>
        PiecesAreThoseOf(PreTokenizerKind.Smollm, text => Matches(@"\p{N}|\P{N}+", text).SelectMany(part => Matches(Gpt2, part)));

    private static void PiecesAreThoseOf(PreTokenizerKind kind, Func<string, IEnumerable<string>> reference)
    {
        var pieces = 0;
        var texts = from length in Gen.Choose(0, 24)
                    from characters in Gen.Elements(Interesting).ArrayOf(length)
                    select new string(characters);
        Check.That(texts, text =>
        {
            var actual = new List<string>();
            var enumerator = new PieceEnumerator(kind, text);
            while (enumerator.MoveNext())
            {
                actual.Add(enumerator.Current.ToString());
            }

            Assert.Equal(reference(text), actual);
            pieces += actual.Count;
        }, tests: 5000);
        Assert.True(pieces > 20_000, $"only {pieces} pieces");
    }

    private static IEnumerable<string> Matches(string pattern, string text) =>
        Regex.Matches(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5)).Select(match => match.Value);
}
