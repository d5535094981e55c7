namespace Preble.Core.Radix;

/// <summary>
/// Nodes whose parent no event has told of yet. A worker may keep a block and evict the one before it, and a snapshot then names a parent
/// that nobody knows. They are usually none.
/// </summary>
internal sealed class RadixOrphans
{
    private readonly Dictionary<BlockHash, List<RadixNode>> _byParent = [];

    /// <summary>Parents awaited.</summary>
    internal int Count => _byParent.Count;

    internal void Add(RadixNode node)
    {
        if (!_byParent.TryGetValue(node.AwaitedParent, out var waiting))
        {
            _byParent.Add(node.AwaitedParent, waiting = []);
        }

        waiting.Add(node);
    }

    internal void Remove(RadixNode node)
    {
        if (_byParent.TryGetValue(node.AwaitedParent, out var waiting) && waiting.Remove(node) && waiting.Count == 0)
        {
            _byParent.Remove(node.AwaitedParent);
        }
    }

    /// <summary>The awaiting node was cut: now its upper part waits.</summary>
    internal void Replace(RadixNode lower, RadixNode upper)
    {
        if (_byParent.TryGetValue(upper.AwaitedParent, out var waiting))
        {
            waiting[waiting.IndexOf(lower)] = upper;
        }
    }

    /// <summary>The nodes that waited for <paramref name="parent"/>; they wait no more.</summary>
    internal IReadOnlyList<RadixNode> Take(BlockHash parent)
    {
        if (!_byParent.Remove(parent, out var waiting))
        {
            return [];
        }

        foreach (var node in waiting)
        {
            node.AwaitedParent = BlockHash.None;
        }

        return waiting;
    }
}
