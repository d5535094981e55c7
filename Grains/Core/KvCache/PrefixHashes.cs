using Preble.Core.Tokens;

namespace Preble.Core.KvCache;

/// <summary>The hashes of one sequence's full blocks of known tokens, computed once each as the tokens come.</summary>
/// <param name="room">Blocks that it will hold without growing.</param>
public sealed class PrefixHashes(int blockSize, string cacheSalt, int room = 0)
{
    private readonly BlockHash _root = BlockHasher.Root(cacheSalt);
    private readonly List<BlockHash> _hashes = new(room);

    public int BlockSize => blockSize;

    /// <summary>The hash of the empty prefix under the salt: what the first block follows.</summary>
    public BlockHash Root => _root;

    public int Count => _hashes.Count;

    public BlockHash this[int index] => _hashes[index];

    /// <summary>Takes over hashes that are known already: those of the next blocks.</summary>
    public void Take(ReadOnlySpan<BlockHash> next) => _hashes.AddRange(next);

    /// <summary>
    /// Hashes the blocks that have become full. The tokens are all known ones; those hashed already must not have changed.
    /// </summary>
    public void Extend(ReadOnlySpan<int> tokens)
    {
        for (var end = (_hashes.Count + 1) * blockSize; end <= tokens.Length; end += blockSize)
        {
            var previous = _hashes.Count == 0 ? _root : _hashes[^1];
            _hashes.Add(BlockHasher.Next(previous, tokens.Slice(end - blockSize, blockSize)));
        }
    }

    /// <summary>The hash of all that comes before the given block, salt included: equal for two sequences exactly when they are equal up to there.</summary>
    public BlockHash ChainBefore(int index) => index == 0 ? _root : _hashes[index - 1];

    /// <summary>The hash of the block before the given one; a first block's parent is no prefix, whatever the salt.</summary>
    public BlockHash ParentOf(int index) => index == 0 ? BlockHash.None : _hashes[index - 1];
}
