using FsCheck;
using FsCheck.Fluent;
using Preble.Core.KvCache;

namespace Preble.Core.Properties.KvCache;

public sealed class BlockPoolProperties
{
    private const int Blocks = 6;

    [Fact]
    public void Agrees_with_a_dumb_pool_for_any_sequence_of_operations()
    {
        var (evictions, twins, revivals) = (0L, 0, 0);
        Prop.ForAll(Gen.Choose(0, 99_999).ArrayOf().ToArbitrary(), operations =>
        {
            var pool = new BlockPool(Blocks);
            var dumb = new DumbBlockPool(Blocks);
            var replayed = new HashSet<BlockHash>();
            foreach (var operation in operations)
            {
                var hash = new BlockHash(0, 1 + ((ulong)operation / 10 % 4));
                var used = dumb.Used.ToArray();
                var id = used.Length == 0 ? -1 : used[operation / 100 % used.Length];
                switch (operation % 10)
                {
                    case < 4 when dumb.FreeCount > 0:
                        Assert.Equal(dumb.Take(), pool.Take().Id);
                        break;
                    case < 6 when pool.Find(hash) is { } found:
                        Assert.True(dumb.Holds(found.Id, hash), "a found block holds what was asked for");
                        revivals += dumb.References(found.Id) == 0 ? 1 : 0;
                        pool.Touch(found);
                        dumb.Touch(found.Id);
                        break;
                    case < 8 when id >= 0 && !dumb.IsCached(id):
                        twins += dumb.Shareable.Contains(hash) ? 1 : 0;
                        pool.Register(id, hash, BlockHash.None);
                        dumb.Register(id, hash);
                        break;
                    case >= 8 when id >= 0:
                        pool.Release(id);
                        dumb.Release(id);
                        break;
                }

                Replay(pool, replayed);
                Assert.Equal(dumb.FreeCount, pool.FreeCount);
                Assert.Equal(dumb.Shareable, replayed);
                Assert.Equal(dumb.Shareable.Count, pool.CachedCount);
                Assert.All(dumb.Shareable, each => Assert.NotNull(pool.Find(each)));
            }

            evictions += pool.EvictedTotal;
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(1UL, 3UL));
        var seen = $"{evictions} evictions, {twins} twins, {revivals} revivals";
        Assert.True(evictions > 200 && twins > 200 && revivals > 100, seen);
    }

    private static void Replay(BlockPool pool, HashSet<BlockHash> replayed)
    {
        List<KvCacheChange> changes = [];
        pool.Changes.Take(changes, int.MaxValue);
        foreach (var change in changes)
        {
            Assert.True(change.Kind == KvCacheChangeKind.Stored ? replayed.Add(change.Hash) : replayed.Remove(change.Hash));
        }
    }
}
