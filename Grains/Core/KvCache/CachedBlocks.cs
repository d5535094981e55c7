using System.Runtime.InteropServices;

namespace Preble.Core.KvCache;

/// <summary>
/// Finds a full, computed block by its hash. Several blocks may have one hash: sequences that compute the same tokens side by side
/// keep their own blocks, because a block table never changes behind the engine's back. A hash is cached as long as one of them is.
/// </summary>
public sealed class CachedBlocks(int capacity)
{
    private readonly Dictionary<BlockHash, Block> _first = new(capacity);

    /// <summary>The same blocks, one a hash, by what comes before them.</summary>
    public BlockChildren Children { get; } = new(capacity);

    /// <summary>The blocks that sequences left before they were full, by what comes before them.</summary>
    public BlockChildren Tails { get; } = new(capacity);

    /// <summary>Different hashes, that is prefixes, that can be shared.</summary>
    public int Count => _first.Count;

    public Block? Find(BlockHash hash) => _first.GetValueOrDefault(hash);

    /// <summary>Makes the block findable; true when its hash was not cached before.</summary>
    /// <param name="root">What a first block follows, see <see cref="PrefixHashes.Root"/>; the others follow their parent.</param>
    public bool Add(Block block, BlockHash hash, BlockHash parent, BlockHash root = default)
    {
        Invariant.Require(block.Hash is null, "a block is registered once between two evictions");
        (block.Hash, block.Parent, block.Chain) = (hash, parent, parent == BlockHash.None ? root : parent);
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_first, hash, out var known);
        if (known)
        {
            Invariant.Require(first!.Parent == parent, "a hash names one prefix, so blocks with one hash have one parent");
            (block.Twin, first.Twin) = (first.Twin, block);
            (first.HasTwin, block.HasTwin) = (true, true);
            return false;
        }

        first = block;
        Children.Add(block);
        return true;
    }

    /// <summary>Forgets what the block holds; true when nobody else holds the same.</summary>
    public bool Remove(Block block)
    {
        Invariant.Require(block.Hash is not null, "only a cached block can be forgotten");
        var hash = block.Hash.Value;
        if (!block.HasTwin)
        {
            _first.Remove(hash);
            Children.Remove(block);
            Forget(block);
            return true;
        }

        ref var link = ref CollectionsMarshal.GetValueRefOrNullRef(_first, hash);
        if (link != block)
        {
            Unlink(link, block);
        }
        else
        {
            link = block.Twin!;
            Children.Remove(block);
            Children.Add(link);
        }

        Forget(block);
        if (Find(hash) is { Twin: null } last)
        {
            last.HasTwin = false;
        }

        return false;
    }

    /// <summary>Every cached hash with its parent; parents come before their children.</summary>
    public List<CachedBlock> List()
    {
        var listed = new HashSet<BlockHash>(_first.Count);
        var result = new List<CachedBlock>(_first.Count);
        var path = new Stack<Block>();
        foreach (var start in _first.Values)
        {
            for (var block = start; block is not null && listed.Add(block.Hash!.Value); block = Find(block.Parent))
            {
                path.Push(block);
            }

            while (path.TryPop(out var block))
            {
                result.Add(new CachedBlock(block.Hash!.Value, block.Parent));
            }
        }

        return result;
    }

    private static void Forget(Block block)
    {
        (block.Hash, block.Parent, block.Chain, block.Twin) = (null, default, default, null);
        (block.HasTokens, block.HasTwin) = (false, false);
    }

    private static void Unlink(Block first, Block block)
    {
        var before = first;
        while (before.Twin != block)
        {
            Invariant.Require(before.Twin is not null, "a cached block is found by its hash");
            before = before.Twin;
        }

        before.Twin = block.Twin;
    }
}
