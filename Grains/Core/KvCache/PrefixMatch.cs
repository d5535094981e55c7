namespace Preble.Core.KvCache;

/// <summary>
/// How much of a sequence's beginning is cached, and where: full blocks of the device, then either full blocks of the host tier or a part of
/// one more block of the device. Valid until blocks are taken; ask again before sharing.
/// </summary>
/// <param name="FullBlocks">Leading blocks that the device holds.</param>
/// <param name="HostBlocks">The blocks after those that the host tier holds.</param>
/// <param name="PartialTokens">Leading tokens of the next block that <paramref name="PartialSource"/> holds too; 0 when there is a host block.</param>
/// <param name="PartialSource">The id of the block to copy; means something only with partial tokens.</param>
public readonly record struct PrefixMatch(int FullBlocks, int HostBlocks = 0, int PartialTokens = 0, int PartialSource = -1)
{
    /// <summary>Leading blocks that need no computing.</summary>
    public int Blocks => FullBlocks + HostBlocks;

    /// <summary>Leading tokens that need no computing.</summary>
    public int Tokens(int blockSize) => (Blocks * blockSize) + PartialTokens;
}
