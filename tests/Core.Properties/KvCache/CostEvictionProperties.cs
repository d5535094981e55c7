using FsCheck;
using FsCheck.Fluent;
using Preble.Core.KvCache;
using Preble.Core.KvCache.Eviction;

namespace Preble.Core.Properties.KvCache;

/// <summary>The eviction by cost against an oracle that knows no heap: it looks at every block each time.</summary>
public sealed class CostEvictionProperties
{
    private const int Blocks = 10;
    private const int BlockSize = 2;

    [Fact]
    public void Takes_what_is_worth_least_of_what_has_no_continuation()
    {
        var (evictions, notTheOldest, twins) = (0, 0, 0);
        Prop.ForAll(Gen.Choose(0, 999_999).ArrayOf().ToArbitrary(), operations =>
        {
            var world = new World();
            foreach (var operation in operations)
            {
                world.Do(operation);
            }

            (evictions, notTheOldest, twins) = (evictions + world.Evictions, notTheOldest + world.NotTheOldest, twins + world.Twins);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(120).WithReplay(1UL, 3UL));
        Assert.True(evictions > 2000 && notTheOldest > 200 && twins > 50, $"{evictions} evictions, {notTheOldest} not of the oldest, {twins} twins");
    }

    private sealed class World
    {
        private readonly RecomputeCost _cost = new(1, 0.3);
        private readonly BlockPool _pool;
        private readonly KvCacheManager _cache;
        private readonly List<(BlockTable Table, PrefixHashes Hashes)> _running = [];
        private readonly double[] _worth = new double[Blocks];
        private readonly int[] _released = new int[Blocks];
        private readonly int[] _uses = new int[Blocks];
        private readonly int[] _depth = new int[Blocks];
        private double _age;
        private int _releases;

        public World()
        {
            _pool = new BlockPool(Blocks, BlockSize, recomputeCost: _cost);
            _cache = new KvCacheManager(BlockSize, _pool);
        }

        public int Evictions { get; private set; }

        public int NotTheOldest { get; private set; }

        public int Twins { get; private set; }

        public void Do(int operation)
        {
            if (operation % 2 == 0 && _running.Count < 3)
            {
                Start(operation / 2);
            }
            else if (_running.Count > 0)
            {
                End(operation / 2 % _running.Count);
            }

            KvCacheAudit.Check(_pool, _running);
        }

        /// <summary>A path of up to four blocks over two kinds of blocks; sometimes it shares nothing, so that twins come about.</summary>
        private void Start(int number)
        {
            int[] tokens = [.. Enumerable.Range(0, BlockSize * (1 + (number % 4))).Select(i => number >> (3 + (i / BlockSize)) & 1)];
            var hashes = new PrefixHashes(BlockSize, "");
            hashes.Extend(tokens);
            var table = new BlockTable();
            var matched = number % 7 == 0 ? 0 : _cache.Match(hashes, hashes.Count);
            _cache.Share(table, hashes, matched);
            foreach (var id in table.Ids)
            {
                _uses[id]++;
            }

            while (table.Count < hashes.Count && _pool.FreeCount > 0)
            {
                GrowByOne(table);
            }

            for (var i = matched; i < table.Count; i++)
            {
                Twins += _pool.Find(hashes[i]) is null ? 0 : 1;
                (_uses[table.Ids[i]], _depth[table.Ids[i]]) = (0, i);
            }

            _cache.Register(table, hashes, tokens, table.Count * BlockSize);
            _running.Add((table, hashes));
        }

        private void GrowByOne(BlockTable table)
        {
            var free = Enumerable.Range(0, Blocks).Where(id => _pool[id].ReferenceCount == 0).ToList();
            var empty = free.Where(id => _pool[id].Hash is null).ToList();
            var order = free.Where(id => _pool[id].Hash is not null && MayGo(id)).OrderBy(id => _worth[id]).ThenBy(id => _released[id]).ToList();
            _cache.Grow(table, (table.Count + 1) * BlockSize);
            var taken = table.Ids[^1];
            if (empty.Count > 0)
            {
                Assert.Contains(taken, empty);
                return;
            }

            Assert.Equal(order[0], taken);
            _age = Math.Max(_age, _worth[taken]);
            Evictions++;
            NotTheOldest += free.Any(id => _released[id] < _released[taken]) ? 1 : 0;
        }

        private bool MayGo(int id)
        {
            var hash = _pool[id].Hash;
            var others = Enumerable.Range(0, Blocks).Where(other => other != id).Select(other => _pool[other]).ToList();
            return others.Any(other => other.Hash == hash) || !others.Any(other => other.Hash is not null && other.Parent == hash);
        }

        private void End(int index)
        {
            var (table, _) = _running[index];
            _running.RemoveAt(index);
            int[] ids = [.. table.Ids];
            _cache.Release(table);
            foreach (var id in ids.Reverse().Where(id => _pool[id].ReferenceCount == 0))
            {
                _worth[id] = _age + ((1 + _uses[id]) * _cost.Seconds(_depth[id], BlockSize));
                _released[id] = _releases++;
            }
        }
    }
}
