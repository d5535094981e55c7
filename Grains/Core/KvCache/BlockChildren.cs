using System.Runtime.InteropServices;

namespace Preble.Core.KvCache;

/// <summary>
/// The cached blocks by what comes before them, newest first: who has computed the same prefix finds here what it went on with. One block a
/// hash: twins hold the same.
/// </summary>
public sealed class BlockChildren(int capacity)
{
    private readonly Dictionary<BlockHash, Block> _newest = new(capacity);

    /// <summary>The newest block after that chain; the others follow by <see cref="Block.NextSibling"/>.</summary>
    internal Block? Newest(BlockHash chain) => _newest.GetValueOrDefault(chain);

    /// <summary>True when a block is cached after that chain.</summary>
    public bool Any(BlockHash chain) => _newest.ContainsKey(chain);

    internal void Add(Block block)
    {
        ref var newest = ref CollectionsMarshal.GetValueRefOrAddDefault(_newest, block.Chain, out _);
        (block.PreviousSibling, block.NextSibling) = (null, newest);
        if (newest is not null)
        {
            newest.PreviousSibling = block;
        }

        newest = block;
    }

    internal void Remove(Block block)
    {
        if (block.NextSibling is { } next)
        {
            next.PreviousSibling = block.PreviousSibling;
        }

        if (block.PreviousSibling is { } previous)
        {
            previous.NextSibling = block.NextSibling;
        }
        else if (block.NextSibling is { } second)
        {
            _newest[block.Chain] = second;
        }
        else
        {
            _newest.Remove(block.Chain);
        }

        (block.PreviousSibling, block.NextSibling) = (null, null);
    }
}
