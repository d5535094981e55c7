namespace Preble.Core.Radix;

/// <content>The nodes themselves: how they come, grow, part and go, and where each block lies.</content>
public sealed partial class RadixTree
{
    private readonly Dictionary<BlockHash, BlockPlace> _places = [];
    private readonly RadixOrphans _orphans = new();

    /// <summary>Blocks known.</summary>
    public int BlockCount => _places.Count;

    public int NodeCount { get; private set; }

    private RadixNode AddNode(RadixNode? parent, ReadOnlySpan<BlockHash> blocks, BlockHash awaitedParent)
    {
        var depth = parent is null ? 0 : parent.Depth + parent.Count;
        var node = new RadixNode(parent, blocks.ToArray()) { AwaitedParent = awaitedParent, Depth = depth };
        NodeCount++;
        if (parent is not null)
        {
            parent.Children++;
        }

        if (awaitedParent != BlockHash.None)
        {
            _orphans.Add(node);
        }

        Rekey(node);
        Adopt(blocks);
        return node;
    }

    private void Append(RadixNode node, BlockHash hash)
    {
        if (node.First + node.Count == node.Storage.Length)
        {
            var storage = new BlockHash[node.Count * 2];
            node.Blocks.CopyTo(storage);
            (node.Storage, node.First) = (storage, 0);
            Rekey(node);
        }

        node.Storage[node.First + node.Count] = hash;
        _places.Add(hash, new BlockPlace(node, node.First + node.Count));
        node.Count++;
        node.RefreshFull();
        Adopt([hash]);
    }

    /// <summary>Gives blocks that were told of before their parents the place they belong to.</summary>
    private void Adopt(ReadOnlySpan<BlockHash> parents)
    {
        for (var index = 0; index < parents.Length && _orphans.Count > 0; index++)
        {
            foreach (var orphan in _orphans.Take(parents[index]))
            {
                var place = _places[parents[index]];
                if (orphan.Parent is not null || Top(place.Node) == orphan)
                {
                    // Only a worker that lies about parents makes such a circle; its block stays where no prompt finds it.
                    continue;
                }

                var parent = place.Offset == place.Node.Count - 1 ? place.Node : Cut(place.Node, place.Offset + 1);
                orphan.Parent = parent;
                parent.Children++;
            }
        }
    }

    private static RadixNode Top(RadixNode node)
    {
        while (node.Parent is { } parent)
        {
            node = parent;
        }

        return node;
    }

    private RadixNode Cut(RadixNode node, int at)
    {
        var upper = RadixSplit.Cut(node, at);
        NodeCount++;
        Rekey(upper);
        _orphans.Replace(node, upper);
        Repack(node);
        return upper;
    }

    /// <summary>Lets go of what nobody needs, from <paramref name="node"/> upwards: the unheld end of a leaf, or all of it.</summary>
    private void Prune(RadixNode? node)
    {
        while (node is { Unpinned: true } && node.MostResident() is var keep && keep < node.Count)
        {
            foreach (var hash in node.Blocks[keep..])
            {
                _places.Remove(hash);
            }

            if (keep > 0)
            {
                node.Count = keep;
                node.RefreshFull();
                Repack(node);
                return;
            }

            NodeCount--;
            _orphans.Remove(node);
            if (node.Parent is { } parent)
            {
                parent.Children--;
            }

            node = node.Parent;
        }
    }

    /// <summary>No node keeps an array much larger than itself.</summary>
    private void Repack(RadixNode node)
    {
        if (node.Storage.Length > 4 * node.Count + 8)
        {
            (node.Storage, node.First) = (node.Blocks.ToArray(), 0);
            Rekey(node);
        }
    }

    private void Rekey(RadixNode node)
    {
        for (var index = node.First; index < node.First + node.Count; index++)
        {
            _places[node.Storage[index]] = new BlockPlace(node, index);
        }
    }

    private int UnknownRun(ReadOnlySpan<BlockHash> blocks)
    {
        var count = 0;
        while (count < blocks.Length && !_places.ContainsKey(blocks[count]))
        {
            count++;
        }

        return count;
    }

    /// <summary>Where a block lies: an index into its node's storage, which a cut before it does not change.</summary>
    private readonly record struct BlockPlace(RadixNode Node, int Index)
    {
        public int Offset => Index - Node.First;
    }
}
