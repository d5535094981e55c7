using System.Collections.Immutable;
using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Sharding;
using Preble.Core.Radix;
using Preble.Testing;

namespace Preble.Core.Properties.Placement.Sharding;

/// <summary>
/// The indexes of all shards together are the one index of an undivided scheduler, whatever workers store, evict, lose on the way and tell in
/// snapshots; where a worker leaves holes, the shards know no more than that one.
/// </summary>
public sealed class ShardIndexProperties
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Each_block_is_in_the_shard_of_its_first_block_and_in_no_other(int seed)
    {
        var run = new Run(seed, holes: false);
        for (var step = 0; step < 150; step++)
        {
            run.Step();
            run.Check();
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void With_holes_the_shards_know_no_more_than_the_whole(int seed)
    {
        var run = new Run(seed, holes: true);
        for (var step = 0; step < 150; step++)
        {
            run.Step();
            run.Check();
        }
    }

    [Fact]
    public void The_generator_reaches_evictions_holes_gaps_and_snapshots()
    {
        var (missed, held, snapshots) = (0, 0, 0);
        foreach (var seed in Enumerable.Range(1, 30))
        {
            var run = new Run(seed, holes: true);
            for (var step = 0; step < 150; step++)
            {
                run.Step();
                var (whole, shards) = run.Check();
                (held, missed) = (held + whole, missed + whole - shards);
            }

            snapshots += run.Snapshots;
        }

        Assert.True(missed > 50 && held > 20 * missed && snapshots > 50, $"{held} blocks, {missed} missed, {snapshots} snapshots");
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    private sealed class Run
    {
        private readonly SeededRandom _random;
        private readonly bool _holes;
        private readonly PrefixIndex _whole = new();
        private readonly PrefixIndex[] _shards;
        private readonly WorkerView[][] _views;
        private readonly Dictionary<BlockHash, BlockHash>[] _caches;
        private readonly long[] _next;
        private readonly Dictionary<BlockHash, int> _owners = [];

        public Run(int seed, bool holes)
        {
            (_random, _holes) = (new SeededRandom((ulong)seed), holes);
            var count = 2 + (seed % 3);
            var workers = 1 + (seed % 4);
            _shards = [.. Enumerable.Range(0, count).Select(index => new PrefixIndex(new Shard(index, count)))];
            _views = [.. Enumerable.Range(0, count + 1).Select(_ => Enumerable.Range(0, workers).Select(View).ToArray())];
            _caches = [.. Enumerable.Range(0, workers).Select(_ => new Dictionary<BlockHash, BlockHash>())];
            _next = [.. Enumerable.Repeat(1L, workers)];
        }

        public int Snapshots { get; private set; }

        public void Step()
        {
            var worker = _random.Below(_caches.Length);
            ImmutableArray<KvCacheChange> changes = [];
            var batches = _random.Below(3);
            for (var batch = 0; batch <= batches; batch++)
            {
                changes = [.. changes, .. _random.Below(20) == 0 ? Clear(worker) : _random.Below(3) == 0 ? Evict(worker) : Store(worker)];
            }

            var message = new KvCacheChanges(new WorkerId($"w{worker}"), 1, _next[worker], changes);
            _next[worker] += changes.Length;
            for (var shard = 0; shard <= _shards.Length; shard++)
            {
                var index = shard < _shards.Length ? _shards[shard] : _whole;
                var view = _views[shard][worker];

                // Each shard's gap is its own; the whole loses nothing.
                var lost = shard < _shards.Length && _random.Below(12) == 0;
                if (!lost && index.Apply(view, message) == FeedAnswer.SnapshotNeeded)
                {
                    index.Restore(view, Snapshot(worker));
                    Snapshots++;
                }
                else if (lost)
                {
                    index.Restore(view, Snapshot(worker));
                    Snapshots++;
                }
            }
        }

        public (int Whole, int Shards) Check()
        {
            var (whole, shards) = (0, 0);
            foreach (var (hash, owner) in _owners)
            {
                for (var worker = 0; worker < _caches.Length; worker++)
                {
                    var held = _whole.Tree.Holds(_views[^1][worker].Cache, hash);
                    Assert.Equal(_caches[worker].ContainsKey(hash), held);
                    for (var shard = 0; shard < _shards.Length; shard++)
                    {
                        var known = _shards[shard].Tree.Holds(_views[shard][worker].Cache, hash);
                        Assert.True(!known || (held && shard == owner), "a shard has what is its own and lies there");
                        Assert.True(_holes || known == (held && shard == owner), "a shard has all of its own");
                        shards += known ? 1 : 0;
                    }

                    whole += held ? 1 : 0;
                }
            }

            return (whole, shards);
        }

        private ImmutableArray<KvCacheChange> Store(int worker)
        {
            var blocks = PromptBlocks.Of($"{(char)('a' + _random.Below(12))}{new string('x', _random.Below(4))}{_random.Below(30)}");
            var changes = ImmutableArray.CreateBuilder<KvCacheChange>();
            for (var index = 0; index < blocks.Length; index++)
            {
                _owners[blocks[index]] = (int)(blocks[0].Low % (ulong)_shards.Length);
                var parent = index == 0 ? BlockHash.None : blocks[index - 1];
                if (_caches[worker].TryAdd(blocks[index], parent))
                {
                    changes.Add(new KvCacheChange(KvCacheChangeKind.Stored, blocks[index], parent));
                }
            }

            return changes.ToImmutable();
        }

        /// <summary>A block that nothing follows; with holes any.</summary>
        private ImmutableArray<KvCacheChange> Evict(int worker)
        {
            var cache = _caches[worker];
            BlockHash[] candidates = [.. cache.Keys.Where(hash => _holes || !cache.ContainsValue(hash))];
            if (candidates.Length == 0)
            {
                return [];
            }

            var evicted = _random.Pick(candidates);
            cache.Remove(evicted);
            return [new KvCacheChange(KvCacheChangeKind.Removed, evicted, BlockHash.None)];
        }

        private ImmutableArray<KvCacheChange> Clear(int worker)
        {
            _caches[worker].Clear();
            return [new KvCacheChange(KvCacheChangeKind.Cleared, BlockHash.None, BlockHash.None)];
        }

        private KvCacheSnapshot Snapshot(int worker)
        {
            var blocks = new List<CachedBlock>();
            var left = _caches[worker].ToDictionary();
            while (left.Count > 0)
            {
                foreach (var (hash, parent) in left.Where(pair => !left.ContainsKey(pair.Value)).ToArray())
                {
                    blocks.Add(new CachedBlock(hash, parent));
                    left.Remove(hash);
                }
            }

            return new KvCacheSnapshot(new WorkerId($"w{worker}"), 1, _next[worker], [.. blocks]);
        }

        private static WorkerView View(int index) => new(
            new WorkerRegistration(new WorkerId($"w{index}"), SchedulerRig.Model, 1, 1, 1000, 1000, SchedulerRig.Costs), new WorkerCache(index));
    }
}
