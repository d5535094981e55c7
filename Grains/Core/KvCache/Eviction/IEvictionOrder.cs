namespace Preble.Core.KvCache.Eviction;

/// <summary>
/// Which free block is taken next. Every order is leaf-first: a block goes only when none of its continuations is cached, or when another block
/// holds the same, so what stays cached can always be reached from its beginning, and a prefix is given up from its tail.
/// </summary>
public interface IEvictionOrder
{
    /// <summary>Free blocks.</summary>
    int Count { get; }

    /// <summary>Nobody uses the block any more. One that holds nothing to share is taken first.</summary>
    void Add(Block block);

    /// <summary>A free block is used again for what it holds.</summary>
    void Remove(Block block);

    /// <summary>Takes the free block that is least worth keeping; its content is still known.</summary>
    Block Take();

    /// <summary>A free block may go now that could not before: it has lost its last continuation, or got a twin.</summary>
    void Open(Block block);

    /// <summary>True when <see cref="Open"/> matters: an order that takes last uses first has continuations before prefixes anyway, and is not told.</summary>
    bool WaitsForContinuations { get; }

    /// <summary>The ids of all free blocks, for tests and audits.</summary>
    IEnumerable<int> Ids();
}
