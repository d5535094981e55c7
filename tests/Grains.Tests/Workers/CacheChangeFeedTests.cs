using Preble.Actors.Workers;
using Preble.Core;

namespace Preble.Grains.Tests.Workers;

/// <summary>The feed keeps numbers honest, whatever it has to drop.</summary>
public sealed class CacheChangeFeedTests
{
    private readonly CacheChangeFeed _feed = new(new WorkerId("w0"), epoch: 7);

    [Fact]
    public void Batches_that_follow_each_other_travel_together()
    {
        Offer(1, 2);
        Offer(3, 1);
        var taken = _feed.Take();
        Assert.Equal((1L, 3, 7L), (taken.FirstNumber, taken.Changes.Length, taken.Epoch));
        Assert.Equal((4L, 0), (_feed.Take().FirstNumber, _feed.Take().Changes.Length));
    }

    [Fact]
    public void What_was_dropped_shows_as_a_gap()
    {
        for (var i = 0; i < Limits.CacheChangeBatches + 10; i++)
        {
            Offer(1 + i, 1);
        }

        var taken = _feed.Take();
        Assert.Equal((11L, Limits.CacheChangeBatches), (taken.FirstNumber, taken.Changes.Length));
    }

    [Fact]
    public void A_gap_between_batches_splits_the_report()
    {
        Offer(1, 2);
        Offer(5, 2);
        Assert.Equal((1L, 2), (_feed.Take() is var first ? first.FirstNumber : 0, first.Changes.Length));
        Assert.Equal(5, _feed.Take().FirstNumber);
    }

    [Fact]
    public void What_a_snapshot_contains_is_not_reported_again()
    {
        Offer(1, 2);
        Offer(3, 2);
        Offer(5, 2);
        _feed.SkipTo(5);
        Assert.Equal((5L, 2), (_feed.Take() is var taken ? taken.FirstNumber : 0, taken.Changes.Length));
    }

    [Fact]
    public void A_report_has_a_largest_size()
    {
        Offer(1, Limits.CacheChangesPerReport);
        Offer(1 + Limits.CacheChangesPerReport, 1);
        Assert.Equal(Limits.CacheChangesPerReport, _feed.Take().Changes.Length);
        Assert.Single(_feed.Take().Changes);
    }

    private void Offer(long first, int count) =>
        _feed.Offer(first, [.. Enumerable.Range(0, count).Select(i => new KvCacheChange(KvCacheChangeKind.Stored, new BlockHash(1, (ulong)(first + i)), BlockHash.None))]);
}
