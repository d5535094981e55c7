using System.Collections.Immutable;
using Preble.Core.Placement;
using Preble.Core.Placement.Costs;
using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Policies;
using Preble.Testing;

namespace Preble.Core.Properties.Placement;

/// <summary>Matches over both tiers against sets of blocks, under any order of stored, evicted, kept and dropped blocks, snapshots and losses.</summary>
public sealed class TierIndexProperties
{
    private const int Workers = 3;
    private static readonly ModelId Model = new("model");

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_match_may_begin_in_one_tier_and_go_on_in_the_other(int seed)
    {
        var run = new Run(seed);
        for (var step = 0; step < 300; step++)
        {
            run.Step();
            run.Check();
        }

        run.End();
    }

    [Fact]
    public void The_generator_reaches_matches_that_the_device_alone_has_not()
    {
        var longer = 0;
        foreach (var run in Enumerable.Range(1, 20).Select(seed => new Run(seed)))
        {
            for (var step = 0; step < 300; step++)
            {
                run.Step();
                longer += run.Check();
            }
        }

        Assert.True(longer > 1_000, $"only {longer} matches go on in the host tier");
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    private sealed class Run
    {
        private readonly SeededRandom _random;
        private readonly FleetView _fleet = new();
        private readonly PrefixIndex _index = new();
        private readonly PlacementContext _context;
        private readonly Dictionary<BlockHash, BlockHash>[] _device = [.. Enumerable.Range(0, Workers).Select(_ => new Dictionary<BlockHash, BlockHash>())];
        private readonly Dictionary<BlockHash, BlockHash>[] _host = [.. Enumerable.Range(0, Workers).Select(_ => new Dictionary<BlockHash, BlockHash>())];

        public Run(int seed)
        {
            _random = new SeededRandom((ulong)seed);
            _context = new PlacementContext(new SchedulerOptions(), _fleet);
            for (var index = 0; index < Workers; index++)
            {
                Join(index);
            }
        }

        public void Step()
        {
            var at = _random.Below(Workers);
            var prompt = PromptBlocks.Of(Prompt(), 1);
            var index = _random.Below(prompt.Length);
            var (hash, parent) = (prompt[index], index == 0 ? BlockHash.None : prompt[index - 1]);
            switch (_random.Below(40))
            {
                case <= 12:
                    _device[at][hash] = parent;
                    Send(at, KvCacheChangeKind.Stored, hash, parent);
                    break;
                case <= 22:
                    _device[at].Remove(hash);
                    Send(at, KvCacheChangeKind.Removed, hash, BlockHash.None);
                    break;

                // The last worker has no host tier.
                case <= 32 when at < Workers - 1:
                    _host[at][hash] = parent;
                    Send(at, KvCacheChangeKind.HostStored, hash, parent);
                    break;
                case <= 36 when at < Workers - 1:
                    _host[at].Remove(hash);
                    Send(at, KvCacheChangeKind.HostRemoved, hash, BlockHash.None);
                    break;
                case 37:
                    Restore(at);
                    break;
                case 38:
                    Forget(at);
                    Send(at, KvCacheChangeKind.Cleared, BlockHash.None, BlockHash.None);
                    break;
                case 39 when _random.Chance(0.3):
                    Leave(at);
                    Join(at);
                    break;
            }
        }

        /// <summary>Returns how many matches are longer than the device's.</summary>
        public int Check()
        {
            var longer = 0;
            var prompt = PromptBlocks.Of(Prompt(), 1);
            _context.Reset(new PlacementQuery(new RequestId("r"), [.. prompt], prompt.Length, 1, []), 1);
            _context.Find(_index.Tree);
            _context.FindTiers(_index.Tiers);
            for (var at = 0; at < Workers; at++)
            {
                var expected = prompt.TakeWhile(hash => _device[at].ContainsKey(hash) || _host[at].ContainsKey(hash)).Count();
                Assert.Equal(expected, _context.TieredBlocks(Worker(at)));
                longer += expected > _context.Match.OverlapBlocks(Worker(at).Cache.Slot) ? 1 : 0;
            }

            return longer;
        }

        public void End()
        {
            for (var at = 0; at < Workers; at++)
            {
                Leave(at);
            }

            Assert.Equal((0, 0, 0), (_index.Tree.BlockCount, _index.Tiers.Tree.BlockCount, _index.Tiers.Workers));
        }

        private string Prompt() => new([.. Enumerable.Range(0, 1 + _random.Below(6)).Select(_ => (char)('a' + _random.Below(2)))]);

        private WorkerView Worker(int at) => _fleet.Find(new WorkerId($"w{at}"))!;

        private void Join(int at) =>
            _fleet.Add(new WorkerRegistration(new WorkerId($"w{at}"), Model, 1, 1, 1_000, 1_000, SchedulerRig.Costs));

        private void Leave(int at)
        {
            Forget(at);
            _index.Tree.Drop(Worker(at).Cache);
            _index.Tiers.Drop(Worker(at));
            _fleet.Remove(Worker(at));
        }

        private void Forget(int at)
        {
            _device[at].Clear();
            _host[at].Clear();
        }

        private void Send(int at, KvCacheChangeKind kind, BlockHash hash, BlockHash parent)
        {
            var worker = Worker(at);
            var changes = new KvCacheChanges(worker.Id, 1, worker.Feed.NextNumber, [new KvCacheChange(kind, hash, parent)]);
            Assert.Equal(FeedAnswer.Applied, _index.Apply(worker, changes));
        }

        private void Restore(int at)
        {
            var worker = Worker(at);
            var snapshot = new KvCacheSnapshot(worker.Id, 1, worker.Feed.NextNumber + 1, Blocks(_device[at])) { HostBlocks = Blocks(_host[at]) };
            Assert.Equal(FeedAnswer.Applied, _index.Restore(worker, snapshot));
        }

        private static ImmutableArray<CachedBlock> Blocks(Dictionary<BlockHash, BlockHash> held) =>
            [.. held.Select(pair => new CachedBlock(pair.Key, pair.Value))];
    }
}
