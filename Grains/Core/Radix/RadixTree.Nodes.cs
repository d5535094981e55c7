namespace Preble.Core.Radix;

/// <content>The nodes themselves: how they come, grow, part, join and go, and where each block lies.</content>
public sealed partial class RadixTree
{
    /// <summary>A node takes in one above it that is no more than this many times as long: what it moves was told of before.</summary>
    private const int MostJoinedBlocks = 4;

    private readonly BlockTable _places = new();
    private readonly RadixOrphans _orphans = new();

    /// <summary>The node and number of the block that the last event was about, which the next one's usually follows; or null.</summary>
    private RadixNode? _last;
    private int _lastNumber;

    /// <summary>Blocks known.</summary>
    public int BlockCount => _places.Count;

    public int NodeCount { get; private set; }

    /// <summary>Memory of the tree, an estimate from counts; without what workers have in it, which is <see cref="WorkerCache.Bytes"/>.</summary>
    public long Bytes => (_places.Capacity * RadixMemory.BytesPerPlace) + (BlockCount * RadixMemory.BytesPerBlock)
        + (NodeCount * RadixMemory.BytesPerNode);

    /// <summary>False for a test that compares with a tree which leaves nodes as they were cut.</summary>
    internal bool Merges { get; set; } = true;

    /// <summary>Nodes that were made one with another, and cuts for too many workers with a part: for tests that must reach both.</summary>
    internal (long Merges, long Bounds) Reshaped { get; private set; }

    /// <summary>A node whose blocks are still to be entered.</summary>
    private RadixNode NewNode(RadixNode? parent, ReadOnlySpan<BlockHash> blocks, BlockHash awaitedParent)
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

        return node;
    }

    /// <summary>
    /// Adds blocks until one that is known; returns how many. To be called only while one worker and nobody else holds something of the
    /// edge, and all of it.
    /// </summary>
    private int Append(RadixNode node, ReadOnlySpan<BlockHash> blocks)
    {
        var offset = node.Count;
        node.Append(blocks);
        var count = Enter(node, offset);
        node.Holders.Refresh(node.Count);
        return count;
    }

    /// <summary>Gives blocks that were told of before their parents the place they belong to.</summary>
    private void Adopt(ReadOnlySpan<BlockHash> parents)
    {
        for (var index = 0; index < parents.Length && _orphans.Count > 0; index++)
        {
            foreach (var orphan in _orphans.Take(parents[index]))
            {
                var node = _places.Find(parents[index], out var number)!;
                if (orphan.Parent is not null || Top(node) == orphan)
                {
                    // Only a worker that lies about parents makes such a circle; its block stays where no prompt finds it.
                    continue;
                }

                var offset = number - node.First;
                var parent = offset == node.Count - 1 ? node : Cut(node, offset + 1);
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
        MoveInto(upper, 0, at);
        _orphans.Replace(node, upper);
        node.Repack();
        _last = null;
        return upper;
    }

    /// <summary>
    /// Few workers hold only a part of an edge: past the bound it is cut where half of them end. So a query that looks at them is bounded,
    /// and each cut is paid for by the events that made it needed.
    /// </summary>
    private void BoundPartial(RadixNode node)
    {
        if (node.Holders.Partial <= Limits.PartialHolders)
        {
            return;
        }

        Span<int> ends = stackalloc int[Limits.PartialHolders];
        var (cursor, count) = (0, 0);
        while (count < ends.Length && node.Holders.NextPartial(ref cursor, node.Count, out var holder))
        {
            ends[count++] = holder.Resident;
        }

        ends[..count].Sort();
        Reshaped = (Reshaped.Merges, Reshaped.Bounds + 1);
        var upper = Cut(node, ends[count / 2]);
        BoundPartial(upper);
        BoundPartial(node);
    }

    /// <summary>
    /// Makes a node one with its parent when nothing parts them any more: paths stay as short as prompts make them. Returns the one left.
    /// </summary>
    internal RadixNode Merge(RadixNode lower)
    {
        if (!Merges || lower.Parent is not { } upper || !RadixSplit.AreOne(upper, lower))
        {
            return lower;
        }

        if (lower.Unpinned && lower.Count <= upper.Count)
        {
            var before = upper.Count;
            RadixSplit.JoinLower(upper, lower);
            MoveInto(upper, before, lower.Count);
            CountMerge();
            return upper;
        }

        if (upper.AwaitedParent == BlockHash.None && upper.Count <= MostJoinedBlocks * lower.Count)
        {
            RadixSplit.JoinUpper(upper, lower);
            MoveInto(lower, 0, upper.Count);
            CountMerge();
        }

        return lower;
    }

    private void CountMerge()
    {
        Reshaped = (Reshaped.Merges + 1, Reshaped.Bounds);
        NodeCount--;
        _last = null;
    }

    /// <summary>Tells the table that blocks which another node still has, too, are this one's.</summary>
    private void MoveInto(RadixNode node, int offset, int count)
    {
        for (var index = offset; index < offset + count; index++)
        {
            _places.Move(node.Blocks[index], node, node.First + index);
        }
    }

    /// <summary>Lets go of what nobody needs, from <paramref name="node"/> upwards: the unheld end of a leaf, or all of it.</summary>
    private void Prune(RadixNode? node)
    {
        while (node is { Unpinned: true } && node.MostResident is var keep && keep < node.Count)
        {
            foreach (var hash in node.Blocks[keep..])
            {
                _places.Remove(hash);
            }

            _last = null;
            if (keep > 0)
            {
                node.KeepFirst(keep);
                node.Holders.Refresh(keep);
                node.Repack();
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

    /// <summary>
    /// Puts the edge's blocks from <paramref name="offset"/> on into the table, until one that is there already: the edge then ends before
    /// it. Returns how many.
    /// </summary>
    private int Enter(RadixNode node, int offset)
    {
        var blocks = node.Blocks;
        for (var index = offset; index < blocks.Length; index++)
        {
            if (!_places.TryAdd(blocks[index], node, node.First + index))
            {
                node.KeepFirst(index);
                node.Repack();
                break;
            }
        }

        return node.Count - offset;
    }

    private int UnknownRun(ReadOnlySpan<BlockHash> blocks)
    {
        var count = 0;
        while (count < blocks.Length && _places.Find(blocks[count], out _) is null)
        {
            count++;
        }

        return count;
    }
}
