using Preble.Core.KvCache;
using Preble.Core.KvCache.Host;

namespace Preble.Core.Tests.KvCache;

public sealed class HostTierTests
{
    private readonly CacheChangeLog _changes = new(100);

    [Fact]
    public void The_least_recently_used_slot_goes_first()
    {
        var host = Full(new HostTier(3, _changes));
        Assert.Equal(-1, host.Store(Hash(1), Hash(0)));
        Assert.Equal(1, host.Store(Hash(4), BlockHash.None));
        Assert.Equal([3, 1, 4], host.Entries.Select(entry => (int)entry.Hash.Low));
        Assert.Equal(1, host.EvictedTotal);
    }

    [Fact]
    public void A_slot_that_a_load_reads_keeps_its_block()
    {
        var host = Full(new HostTier(3, _changes));
        host.Pin(Hash(1));
        host.Pin(Hash(2));
        Assert.Equal(2, host.Store(Hash(4), BlockHash.None));
        host.Pin(Hash(4));
        Assert.Equal(-1, host.Store(Hash(5), BlockHash.None));
        host.Unpin(host.SlotOf(Hash(1)));
        Assert.Equal(0, host.Store(Hash(5), BlockHash.None));
        Assert.False(host.Holds(Hash(1)));
        Assert.Throws<InvariantException>(() => host.Unpin(0));
    }

    [Fact]
    public void A_block_that_was_loaded_is_the_most_recently_used_one()
    {
        var host = Full(new HostTier(3, _changes));
        host.Pin(Hash(1));
        host.Unpin(host.SlotOf(Hash(1)));
        Assert.Equal(1, host.Store(Hash(4), BlockHash.None));
        Assert.True(host.Holds(Hash(1)));
    }

    [Fact]
    public void What_was_forgotten_is_not_found_and_leaves_room()
    {
        var host = Full(new HostTier(3, _changes));
        host.Forget(Hash(2));
        host.Forget(Hash(2));
        Assert.Equal((2, false), (host.Count, host.Holds(Hash(2))));
        Assert.Equal(1, host.Store(Hash(9), BlockHash.None));
        Assert.Equal(0, host.EvictedTotal);
        HostTierAudit.Check(host);
    }

    [Fact]
    public void What_a_file_held_at_the_start_is_told_and_used()
    {
        var host = new HostTier(4, _changes, [new HostEntry(2, Hash(7), BlockHash.None), new HostEntry(0, Hash(8), Hash(7))]);
        List<KvCacheChange> changes = [];
        _changes.Take(changes, 10);
        Assert.Equal(
            [new(KvCacheChangeKind.HostStored, Hash(7), BlockHash.None), new KvCacheChange(KvCacheChangeKind.HostStored, Hash(8), Hash(7))], changes);
        Assert.Equal([1, 3, 2], Enumerable.Range(1, 3).Select(i => host.Store(Hash(i), BlockHash.None)));
        HostTierAudit.Check(host);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(-1, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 7)]
    public void Entries_that_cannot_be_are_refused(int slot, int hash) =>
        Assert.Throws<ArgumentException>(() => new HostTier(4, _changes, [new HostEntry(0, Hash(7), default), new HostEntry(slot, Hash(hash), default)]));

    [Fact]
    public void Without_slots_nothing_is_kept()
    {
        var host = new HostTier(0, _changes);
        Assert.Equal((-1, 0), (host.Store(Hash(1), BlockHash.None), host.Count));
    }

    private static HostTier Full(HostTier host)
    {
        Assert.Equal([0, 1, 2], Enumerable.Range(1, 3).Select(i => host.Store(Hash(i), BlockHash.None)));
        return host;
    }

    private static BlockHash Hash(int value) => new(0, (ulong)value);
}
