namespace Preble.Core.KvCache;

/// <summary>
/// The changes of the cache that nobody has taken yet, numbered from 1. Bounded: when nobody takes them the oldest are dropped,
/// the numbers then show a gap, and the reader asks for a snapshot.
/// </summary>
public sealed class CacheChangeLog(int capacity)
{
    private readonly Queue<KvCacheChange> _changes = new(Math.Min(capacity, 1024));

    /// <summary>The number that the next change will have.</summary>
    public long NextNumber { get; private set; } = 1;

    /// <summary>The number of the oldest change that has not been taken; <see cref="NextNumber"/> when there is none.</summary>
    public long FirstUntakenNumber => NextNumber - _changes.Count;

    public void Stored(BlockHash hash, BlockHash parent) => Add(new KvCacheChange(KvCacheChangeKind.Stored, hash, parent));

    public void Removed(BlockHash hash) => Add(new KvCacheChange(KvCacheChangeKind.Removed, hash, BlockHash.None));

    public void Cleared() => Add(new KvCacheChange(KvCacheChangeKind.Cleared, BlockHash.None, BlockHash.None));

    /// <summary>Moves at most <paramref name="limit"/> changes, oldest first, to the list; returns how many.</summary>
    public int Take(List<KvCacheChange> into, int limit)
    {
        var count = Math.Min(limit, _changes.Count);
        for (var i = 0; i < count; i++)
        {
            into.Add(_changes.Dequeue());
        }

        return count;
    }

    private void Add(KvCacheChange change)
    {
        if (_changes.Count == capacity)
        {
            _changes.Dequeue();
        }

        _changes.Enqueue(change);
        NextNumber++;
    }
}
