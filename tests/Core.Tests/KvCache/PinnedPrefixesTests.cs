using Preble.Core.KvCache;
using Preble.Core.KvCache.Pins;

namespace Preble.Core.Tests.KvCache;

public sealed class PinnedPrefixesTests
{
    private readonly BlockPool _pool = new(blockCount: 8, blockSize: 2);
    private readonly PinnedPrefixes _pins;

    public PinnedPrefixesTests() => _pins = new PinnedPrefixes(_pool, mostBlocks: 6);

    [Theory]
    [InlineData(30, 10, 20)]
    [InlineData(10, 20, 30)]
    [InlineData(30, 20, 10)]
    public void Each_pin_ends_at_its_own_time_whatever_the_order_they_came_in(int first, int second, int third)
    {
        Pin(1, first);
        Pin(2, second);
        Pin(3, third);
        foreach (var (seconds, left) in new[] { (9, 3), (10, 2), (19, 2), (20, 1), (29, 1), (30, 0) })
        {
            _pins.Expire(TimeSpan.FromSeconds(seconds));
            Assert.Equal((left, left), (_pins.Count, _pins.BlockCount));
        }

        Assert.Equal(8, _pool.FreeCount);
    }

    [Fact]
    public void The_pin_that_would_end_first_is_given_up_first()
    {
        Pin(1, seconds: 30);
        Pin(2, seconds: 10);
        Pin(3, seconds: 20);
        Assert.True(_pins.DropOldest());
        Assert.False(Pinned(2));
        Assert.True(_pins.DropOldest());
        Assert.False(Pinned(3));
        Assert.True(Pinned(1));
    }

    [Fact]
    public void Asking_again_makes_a_pin_longer_and_never_shorter()
    {
        Pin(1, seconds: 20);
        Pin(2, seconds: 25);
        Assert.True(_pins.Extend(Hash(1), TimeSpan.FromSeconds(5)));
        _pins.Expire(TimeSpan.FromSeconds(6));
        Assert.Equal(2, _pins.Count);
        Assert.True(_pins.Extend(Hash(1), TimeSpan.FromSeconds(40)));
        _pins.Expire(TimeSpan.FromSeconds(25));
        Assert.True(Pinned(1));
        Assert.False(Pinned(2));
    }

    private static BlockHash Hash(ulong number) => new(number, number);

    private bool Pinned(ulong number) => _pins.Extend(Hash(number), TimeSpan.Zero);

    /// <summary>Pins a block of its own, whose sequence has ended since.</summary>
    private void Pin(ulong number, int seconds)
    {
        var block = _pool.Take();
        Assert.True(_pins.TryPin(Hash(number), [block.Id], TimeSpan.FromSeconds(seconds)));
        _pool.Release(block.Id);
    }
}
