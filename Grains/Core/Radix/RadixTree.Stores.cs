namespace Preble.Core.Radix;

/// <content>What workers say they have stored.</content>
public sealed partial class RadixTree
{
    /// <summary>A worker now holds a block. Known already: nothing happens.</summary>
    public void Store(WorkerCache worker, BlockHash hash, BlockHash parent) => Store(worker, [hash], parent);

    /// <summary>
    /// A worker now holds successive blocks, each of which is the parent of the next; <paramref name="parent"/> is the first one's. The same
    /// as storing them one by one, with one look at the edge for all of its blocks that come together.
    /// </summary>
    public void Store(WorkerCache worker, ReadOnlySpan<BlockHash> blocks, BlockHash parent)
    {
        while (!blocks.IsEmpty)
        {
            var node = FollowLast(blocks[0], parent, out var number) ?? _places.Find(blocks[0], out number);
            var count = node is null ? StoreUnknown(worker, blocks, parent) : StoreKnown(worker, blocks, node, number);
            parent = blocks[count - 1];
            blocks = blocks[count..];
        }
    }

    /// <summary>Blocks of an edge that the tree knows: as many as come in its order. Returns how many.</summary>
    private int StoreKnown(WorkerCache worker, ReadOnlySpan<BlockHash> blocks, RadixNode node, int number)
    {
        // Each is compared: who lies about parents gets no block that it has not named.
        var count = blocks.CommonPrefixLength(node.Blocks[(number - node.First)..]);
        (_last, _lastNumber) = (node, number + count - 1);
        var holding = node.Find(worker.Slot);
        var (offset, held) = (number - node.First, holding?.Held ?? 0);
        if (offset + count <= held)
        {
            return count;
        }

        if (offset > held)
        {
            // A hole: an edge is held from its start on, so this block must start one.
            Cut(node, offset);
            (offset, holding) = (0, node.Find(worker.Slot));
        }

        holding ??= node.FindOrAdd(worker);
        holding.Set(offset + count, holding.InFlight, holding.Requests);
        BoundPartial(node);
        Merge(node);
        return count;
    }

    /// <summary>Blocks from one that the tree does not know on, until one that it knows. Returns how many.</summary>
    private int StoreUnknown(WorkerCache worker, ReadOnlySpan<BlockHash> blocks, BlockHash parent)
    {
        var before = FindParent(parent, out var offset);
        if (before is not null && offset < before.Count - 1)
        {
            before = Cut(before, offset + 1);
        }

        RadixNode node;
        int count;
        if (before is not null && before.Unpinned && before.Holders.Count == 1 && before.Find(worker.Slot)?.Held == before.Count)
        {
            node = before;
            count = Append(node, blocks);
        }
        else
        {
            node = NewNode(before, blocks, before is null ? parent : BlockHash.None);
            count = Enter(node, 0);
        }

        // An edge that nobody else has and no request shares is held to its end.
        (_last, _lastNumber) = (node, node.First + node.Count - 1);
        var holding = node.FindOrAdd(worker);
        holding.Set(node.Count, holding.InFlight, holding.Requests);
        Adopt(blocks[..count]);
        Merge(node);
        return count;
    }

    /// <summary>Where the block lies when it is the next one of the edge that the last event was about: no search is needed then.</summary>
    private RadixNode? FollowLast(BlockHash hash, BlockHash parent, out int number)
    {
        number = _lastNumber + 1;
        return _last is { } node && number < node.First + node.Count && number > node.First && node.At(number) == hash
            && node.At(number - 1) == parent ? node : null;
    }

    /// <summary>The node that has a block, and its place there; null for no block and for one that is not known.</summary>
    private RadixNode? FindParent(BlockHash hash, out int offset)
    {
        var number = _lastNumber;
        var node = hash == BlockHash.None ? null
            : _last is not null && number >= _last.First && number < _last.First + _last.Count && _last.At(number) == hash ? _last
            : _places.Find(hash, out number);
        offset = node is null ? 0 : number - node.First;
        return node;
    }
}
