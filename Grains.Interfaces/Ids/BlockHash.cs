using System.Globalization;

namespace Preble;

/// <summary>
/// The 128-bit hash of one full block of tokens, of everything before it, and of the cache salt.
/// Two prompts with equal hashes at a block share that whole prefix, so a hash names a prefix and not just a block.
/// </summary>
[GenerateSerializer, Immutable, Alias("Preble.BlockHash")]
public readonly record struct BlockHash([property: Id(0)] ulong High, [property: Id(1)] ulong Low)
{
    /// <summary>The parent of a first block: no prefix.</summary>
    public static BlockHash None => default;

    public override string ToString() =>
        High.ToString("x16", CultureInfo.InvariantCulture) + Low.ToString("x16", CultureInfo.InvariantCulture);
}
