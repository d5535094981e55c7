namespace Preble.Testing;

/// <summary>
/// Chained block hashes of test prompts written as letters: one letter is one token. Equal prefixes give equal hashes, as the real ones do.
/// </summary>
public static class PromptBlocks
{
    public static BlockHash[] Of(string tokens, int blockSize = 1)
    {
        var hashes = new BlockHash[tokens.Length / blockSize];
        var previous = new BlockHash(0x5EED, 1);
        for (var index = 0; index < hashes.Length; index++)
        {
            foreach (var token in tokens.AsSpan(index * blockSize, blockSize))
            {
                previous = Next(previous, token);
            }

            hashes[index] = previous;
        }

        return hashes;
    }

    private static BlockHash Next(BlockHash previous, ulong token) =>
        new(Mix(previous.High ^ Mix(token + 0x9E3779B97F4A7C15)), Mix(previous.Low + Mix((token * 0xD1B54A32D192ED03) + 1)));

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
