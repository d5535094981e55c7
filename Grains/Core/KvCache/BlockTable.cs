using System.Runtime.InteropServices;

namespace Preble.Core.KvCache;

/// <summary>
/// One sequence's blocks in order: block i holds the positions i · BlockSize and on. Only ever appended to, until all are given back.
/// </summary>
public sealed class BlockTable
{
    private readonly List<int> _ids = [];

    public ReadOnlySpan<int> Ids => CollectionsMarshal.AsSpan(_ids);

    public int Count => _ids.Count;

    /// <summary>Leading blocks that others can share: full, computed and registered under their hashes.</summary>
    public int RegisteredCount { get; internal set; }

    /// <summary>Makes room for that many blocks at once, so that the table does not grow while steps are planned.</summary>
    public void Reserve(int blocks) => _ids.EnsureCapacity(blocks);

    public void Append(int blockId) => _ids.Add(blockId);

    internal void Clear()
    {
        _ids.Clear();
        RegisteredCount = 0;
    }
}
