using Preble.Core.KvCache;

namespace Preble.Core.Tests.KvCache;

public sealed class CacheChangeLogTests
{
    private static readonly BlockHash A = new(0, 1);
    private static readonly BlockHash B = new(0, 2);

    private readonly CacheChangeLog _log = new(capacity: 4);
    private readonly List<KvCacheChange> _taken = [];

    [Fact]
    public void Changes_are_numbered_from_1_and_taken_in_order()
    {
        Assert.Equal((1, 1), (_log.FirstUntakenNumber, _log.NextNumber));
        _log.Stored(A, BlockHash.None);
        _log.Stored(B, A);
        _log.Removed(B);
        Assert.Equal(2, _log.Take(_taken, limit: 2));
        Assert.Equal([new(KvCacheChangeKind.Stored, A, BlockHash.None), new KvCacheChange(KvCacheChangeKind.Stored, B, A)], _taken);
        Assert.Equal((3, 4), (_log.FirstUntakenNumber, _log.NextNumber));
        Assert.Equal(1, _log.Take(_taken, limit: 2));
        Assert.Equal(0, _log.Take(_taken, limit: 2));
    }

    [Fact]
    public void A_full_log_drops_the_oldest_and_the_numbers_show_the_gap()
    {
        for (var i = 0; i < 6; i++)
        {
            _log.Stored(new BlockHash(0, (ulong)i), BlockHash.None);
        }

        Assert.Equal((3, 7), (_log.FirstUntakenNumber, _log.NextNumber));
        Assert.Equal(4, _log.Take(_taken, limit: 100));
        Assert.Equal(2UL, _taken[0].Hash.Low);
    }
}
