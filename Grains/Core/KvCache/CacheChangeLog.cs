namespace Preble.Core.KvCache;

/// <summary>
/// The latest changes of the cache, numbered from 1, in a bounded ring: those that nobody has taken yet, and as many of the taken ones as fit,
/// for a reader that missed some. When nobody takes them the oldest are dropped, the numbers then show a gap, and the reader asks for a replay
/// or, when it is too late for that, for a snapshot.
/// </summary>
public sealed class CacheChangeLog(int capacity)
{
    private KvCacheChange[] _ring = new KvCacheChange[Math.Min(capacity, 1024)];
    private long _firstUntaken = 1;

    /// <summary>The number that the next change will have.</summary>
    public long NextNumber { get; private set; } = 1;

    /// <summary>The number of the oldest change that can be replayed; <see cref="NextNumber"/> when there is none.</summary>
    public long FirstKeptNumber => Math.Max(1, NextNumber - _ring.Length);

    /// <summary>The number of the oldest change that has not been taken; <see cref="NextNumber"/> when there is none.</summary>
    public long FirstUntakenNumber => Math.Max(_firstUntaken, FirstKeptNumber);

    public void Stored(BlockHash hash, BlockHash parent) => Add(new KvCacheChange(KvCacheChangeKind.Stored, hash, parent));

    public void Removed(BlockHash hash) => Add(new KvCacheChange(KvCacheChangeKind.Removed, hash, BlockHash.None));

    public void Cleared() => Add(new KvCacheChange(KvCacheChangeKind.Cleared, BlockHash.None, BlockHash.None));

    public void HostStored(BlockHash hash, BlockHash parent) => Add(new KvCacheChange(KvCacheChangeKind.HostStored, hash, parent));

    public void HostRemoved(BlockHash hash) => Add(new KvCacheChange(KvCacheChangeKind.HostRemoved, hash, BlockHash.None));

    /// <summary>Copies at most <paramref name="limit"/> untaken changes, oldest first, to the list; returns how many.</summary>
    public int Take(List<KvCacheChange> into, int limit)
    {
        var first = FirstUntakenNumber;
        var count = (int)Math.Min(limit, NextNumber - first);
        Copy(first, count, into);
        _firstUntaken = first + count;
        return count;
    }

    /// <summary>
    /// Copies at most <paramref name="limit"/> changes from that number on to the list, taken ones too; false when some of them are no longer
    /// kept, or are yet to come.
    /// </summary>
    public bool Replay(long fromNumber, List<KvCacheChange> into, int limit)
    {
        if (fromNumber < FirstKeptNumber || fromNumber > NextNumber)
        {
            return false;
        }

        Copy(fromNumber, (int)Math.Min(limit, NextNumber - fromNumber), into);
        return true;
    }

    private void Copy(long first, int count, List<KvCacheChange> into)
    {
        for (var number = first; number < first + count; number++)
        {
            into.Add(_ring[number % _ring.Length]);
        }
    }

    private void Add(KvCacheChange change)
    {
        if (NextNumber > _ring.Length && _ring.Length < capacity)
        {
            Grow();
        }

        _ring[NextNumber % _ring.Length] = change;
        NextNumber++;
    }

    private void Grow()
    {
        var larger = new KvCacheChange[Math.Min(2 * _ring.Length, capacity)];
        for (var number = FirstKeptNumber; number < NextNumber; number++)
        {
            larger[number % larger.Length] = _ring[number % _ring.Length];
        }

        _ring = larger;
    }
}
