using Preble.Core.Text;

namespace Preble.Core.Tests.Text;

public sealed class PieceCacheTests
{
    [Fact]
    public void A_full_cache_forgets_but_never_confuses_pieces()
    {
        const int pieces = 400_000;
        var cache = new PieceCache();
        for (var i = 0; i < pieces; i++)
        {
            cache.Put($"w{i}", [i]);
        }

        var found = 0;
        for (var i = 0; i < pieces; i++)
        {
            if (cache.Find($"w{i}") is { } ids)
            {
                Assert.Equal([i], ids);
                found++;
            }
        }

        // It has room for 131,072, and a hash that spreads fills nearly all of it.
        Assert.InRange(found, 110_000, 131_072);
    }

    [Fact]
    public void The_newest_piece_is_always_found_and_a_long_one_never_kept()
    {
        var cache = new PieceCache();
        cache.Put("piece", [1]);
        cache.Put(new string('x', 33), [2]);
        Assert.Equal([1], cache.Find("piece")!);
        Assert.Null(cache.Find("pieces"));
        Assert.Null(cache.Find(new string('x', 33)));
    }
}
