namespace Preble.Core.KvCache;

/// <summary>
/// One block of the KV cache: who uses it, what it holds, and its place in the free queue. Owned by the <see cref="BlockPool"/>.
/// </summary>
public sealed class Block(int id)
{
    public int Id { get; } = id;

    /// <summary>How many sequences, pins and planned copies use the block; 0 means free, and perhaps still cached.</summary>
    public int ReferenceCount { get; set; }

    /// <summary>What the block holds, once it is full and computed; null while nobody can share it.</summary>
    public BlockHash? Hash { get; set; }

    /// <summary>
    /// The hash of the block before it; <see cref="BlockHash.None"/> for a first block. Means something only with a <see cref="Hash"/>.
    /// </summary>
    public BlockHash Parent { get; set; }

    /// <summary>
    /// The hash of all that comes before the block: its parent, or for a first block the root of its salt. Under it the block is found by those
    /// who share only a part of it.
    /// </summary>
    internal BlockHash Chain { get; set; }

    /// <summary>True when the pool knows the block's tokens, so that a part of it can be shared.</summary>
    internal bool HasTokens { get; set; }

    /// <summary>
    /// Computed tokens of a block that was left before it was full, so that a part of it can be shared until it is taken; 0 for any other.
    /// </summary>
    internal int TailTokens { get; set; }

    /// <summary>How often the block was shared since it was registered.</summary>
    internal int Uses { get; set; }

    /// <summary>How many pinned prefixes hold the block.</summary>
    internal int Pins { get; set; }

    /// <summary>Neighbours among the blocks with one chain.</summary>
    internal Block? PreviousSibling { get; set; }

    internal Block? NextSibling { get; set; }

    /// <summary>How many blocks come before it in its prefix.</summary>
    internal int Depth { get; set; }

    /// <summary>What it was worth when it was released, and in which order that was; for the eviction by cost.</summary>
    internal double Worth { get; set; }

    internal long ReleaseNumber { get; set; }

    /// <summary>Its place in the heap of the eviction by cost; -1 when it is not there.</summary>
    internal int HeapPlace { get; set; } = -1;

    /// <summary>True when another block holds the same.</summary>
    internal bool HasTwin { get; set; }

    /// <summary>Neighbours in the free queue.</summary>
    internal Block? Previous { get; set; }

    internal Block? Next { get; set; }

    /// <summary>
    /// Another block with the same content: two sequences that computed the same tokens side by side each have their own.
    /// </summary>
    internal Block? Twin { get; set; }
}
