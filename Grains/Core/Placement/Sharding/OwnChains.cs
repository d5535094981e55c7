using Preble.Core.Radix;

namespace Preble.Core.Placement.Sharding;

/// <summary>
/// Which of a worker's blocks are a shard's own: those whose chain begins with a first block of the shard. A change names a block and its
/// parent only, so a later block is ours when its parent is known, for nothing but our own chains is ever taken in. A block whose parent
/// nobody has any more is passed over: nobody could use it before the parent comes back, and after that it is believed missing, which
/// costs a worse guess and no wrong answer.
/// </summary>
internal sealed class OwnChains(Shard shard, RadixTree device, RadixTree tiers)
{
    public bool Takes(BlockHash hash, BlockHash parent) =>
        !shard.IsPart || (parent == BlockHash.None ? shard.Takes(hash) : Knows(parent) || Knows(hash));

    /// <summary>How many leading changes tell of blocks that are not ours; 0 when the first one is to be taken in.</summary>
    public int CountForeign(ReadOnlySpan<KvCacheChange> changes)
    {
        if (!shard.IsPart || !IsStored(changes[0]) || Takes(changes[0].Hash, changes[0].Parent))
        {
            return 0;
        }

        // The rest of a foreign prompt needs no look of its own.
        var count = 1;
        while (count < changes.Length && IsStored(changes[count]) && changes[count].Parent == changes[count - 1].Hash)
        {
            count++;
        }

        return count;
    }

    /// <summary>The snapshot without other shards' blocks. The host tier's come in no promised order, so each is followed to its start.</summary>
    public KvCacheSnapshot Of(KvCacheSnapshot snapshot)
    {
        if (!shard.IsPart)
        {
            return snapshot;
        }

        var host = snapshot.HostBlocks.IsDefault ? [] : snapshot.HostBlocks;
        var parents = new Dictionary<BlockHash, BlockHash>();
        foreach (var block in snapshot.Blocks.Concat(host))
        {
            parents[block.Hash] = block.Parent;
        }

        var verdicts = new Dictionary<BlockHash, bool>();
        return snapshot with
        {
            Blocks = [.. snapshot.Blocks.Where(block => IsOwn(block.Hash, parents, verdicts))],
            HostBlocks = [.. host.Where(block => IsOwn(block.Hash, parents, verdicts))],
        };
    }

    private bool IsOwn(BlockHash hash, Dictionary<BlockHash, BlockHash> parents, Dictionary<BlockHash, bool> verdicts)
    {
        var path = new List<BlockHash>();
        bool own;
        while (!verdicts.TryGetValue(hash, out own))
        {
            // Not ours until shown: a chain that bites its own tail ends here, too.
            verdicts[hash] = false;
            path.Add(hash);
            var parent = parents[hash];
            if (Takes(hash, parent) || parent == BlockHash.None || !parents.ContainsKey(parent))
            {
                own = Takes(hash, parent);
                break;
            }

            hash = parent;
        }

        foreach (var passed in path)
        {
            verdicts[passed] = own;
        }

        return own;
    }

    private bool Knows(BlockHash hash) => device.Knows(hash) || tiers.Knows(hash);

    private static bool IsStored(in KvCacheChange change) => change.Kind is KvCacheChangeKind.Stored or KvCacheChangeKind.HostStored;
}
