using Preble.Core.Text;

namespace Preble.Benchmarks.Sharing;

/// <summary>Prompts of made-up text in exact numbers of tokens, from a seed. Two of different numbers differ from their first words on.</summary>
internal sealed class Prompts(BytePairTokenizer tokenizer)
{
    private static readonly string[] Words =
        ["river", "stone", "market", "letter", "garden", "window", "signal", "winter", "paper", "engine", "valley", "copper", "thread", "harbour", "candle", "orchard"];

    public int[] Make(int number, int tokens)
    {
        var random = new Random(number);
        var text = $"{number}: " + string.Join(' ', Enumerable.Range(0, tokens).Select(_ => Words[random.Next(Words.Length)]));
        return [.. tokenizer.Encode(text, parseSpecial: false).Take(tokens)];
    }
}
