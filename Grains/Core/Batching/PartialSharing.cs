namespace Preble.Core.Batching;

/// <summary>
/// The blocks that running sequences are still filling, as sources of a part of a block: n choices of one prompt share its last, not full
/// block like this. Compares chains of hashes before tokens, so that nothing is shared between different prefixes or salts.
/// </summary>
internal static class PartialSharing
{
    /// <summary>The tokens of the block at <paramref name="block"/> that may be shared: all known ones but the very last, which is always computed.</summary>
    public static ReadOnlySpan<int> Wanted(Sequence sequence, int block, int blockSize)
    {
        var start = block * blockSize;
        return sequence.KnownTokens.Slice(start, Math.Min(blockSize, sequence.KnownCount - 1 - start));
    }

    /// <summary>Takes the running sequence whose computed tokens in that block have the longest beginning in common, when it is longer than what is known.</summary>
    public static void Find(RunningQueue running, Sequence sequence, int block, int blockSize, ref int source, ref int tokens)
    {
        var wanted = Wanted(sequence, block, blockSize);
        for (var i = 0; i < running.Count && tokens < wanted.Length; i++)
        {
            var computed = Math.Min(running[i].ComputedCount - (block * blockSize), wanted.Length);
            if (computed <= tokens || !HasSameChain(running[i], sequence, block))
            {
                continue;
            }

            var common = wanted.CommonPrefixLength(running[i].KnownTokens.Slice(block * blockSize, computed));
            if (common > tokens)
            {
                (source, tokens) = (running[i].Blocks[block], common);
            }
        }
    }

    /// <summary>How many leading tokens of that block some running sequence has in common and has computed, or will compute with its known tokens.</summary>
    public static int WillCompute(RunningQueue running, Sequence sequence, int block, int blockSize)
    {
        var wanted = Wanted(sequence, block, blockSize);
        var (start, most) = (block * blockSize, 0);
        for (var i = 0; i < running.Count && most < wanted.Length; i++)
        {
            var known = Math.Min(running[i].KnownCount - start, wanted.Length);
            if (known > most && HasSameChain(running[i], sequence, block))
            {
                most = Math.Max(most, wanted.CommonPrefixLength(running[i].KnownTokens.Slice(start, known)));
            }
        }

        return most;
    }

    private static bool HasSameChain(Sequence one, Sequence other, int block) => one.Hashes.ChainBefore(block) == other.Hashes.ChainBefore(block);
}
