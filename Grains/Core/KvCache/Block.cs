namespace Preble.Core.KvCache;

/// <summary>
/// One block of the KV cache: who uses it, what it holds, and its place in the free queue. Owned by the <see cref="BlockPool"/>.
/// </summary>
public sealed class Block(int id)
{
    public int Id { get; } = id;

    /// <summary>How many sequences use the block; 0 means free, and perhaps still cached.</summary>
    public int ReferenceCount { get; set; }

    /// <summary>What the block holds, once it is full and computed; null while nobody can share it.</summary>
    public BlockHash? Hash { get; set; }

    /// <summary>
    /// The hash of the block before it; <see cref="BlockHash.None"/> for a first block. Means something only with a <see cref="Hash"/>.
    /// </summary>
    public BlockHash Parent { get; set; }

    /// <summary>Neighbours in the free queue.</summary>
    internal Block? Previous { get; set; }

    internal Block? Next { get; set; }

    /// <summary>
    /// Another block with the same content: two sequences that computed the same tokens side by side each have their own.
    /// </summary>
    internal Block? Twin { get; set; }
}
