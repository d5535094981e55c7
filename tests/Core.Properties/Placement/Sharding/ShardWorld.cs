using System.Collections.Immutable;
using Preble.Core.Placement;
using Preble.Core.Placement.Sharding;
using Preble.Testing;

namespace Preble.Core.Properties.Placement.Sharding;

/// <summary>
/// A fleet in virtual time, in steps of 10 ms: requests of families with a common prefix come in, each is placed by its shard, a worker
/// prefills one prompt after another and decodes each for a while, beats come every 50 ms and summaries every 100 ms. Caches do not evict.
/// </summary>
internal sealed class ShardWorld
{
    private const int FamilyBlocks = 20;
    private const int PromptTokens = 32 * 16;
    private const int Families = 60;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly CostProfile Costs = new(0.0001, 0, 0.010) { StepSeconds = 0.010, DecodeSecondsPerSequence = 0.0005 };
    private readonly SchedulerShards _shards;
    private readonly SchedulerCore[] _cores;
    private readonly Worker[] _workers;
    private readonly SeededRandom _random;
    private readonly SchedulerOptions _options;
    private readonly double _requestsPerTick;
    private TimeSpan _now;
    private int _requests;

    public ShardWorld(int shards, int workers, ulong seed, double requestsPerSecond, string policy = "e2")
    {
        (_shards, _random) = (new SchedulerShards(shards), new SeededRandom(seed));
        _options = new SchedulerOptions { Policy = policy };
        _requestsPerTick = requestsPerSecond * Tick.TotalSeconds;
        _cores = [.. _shards.Keys(SchedulerRig.Model).Select(NewCore)];
        _workers = [.. Enumerable.Range(0, workers).Select(index => new Worker(index))];
        foreach (var core in _cores)
        {
            foreach (var worker in _workers)
            {
                core.Register(worker.Registration, _now);
            }
        }
    }

    public long PromptTokensOfAll { get; private set; }

    /// <summary>Tokens that workers really found cached.</summary>
    public long CachedTokens { get; private set; }

    public long Refused { get; private set; }

    public double CachedShare => CachedTokens / (double)PromptTokensOfAll;

    /// <summary>The busiest worker's time of prefill against the mean.</summary>
    public double Imbalance => _workers.Max(worker => worker.Busy) / _workers.Average(worker => worker.Busy);

    /// <summary>Mean seconds that a prompt waited for its prefill to begin.</summary>
    public double MeanWait => _workers.Sum(worker => worker.Waited) / Math.Max(1, _requests);

    public long IndexedBlocks => _cores.Sum(core => core.Overview(_now).IndexedBlocks);

    public void Forget()
    {
        (PromptTokensOfAll, CachedTokens) = (0, 0);
    }

    /// <summary>The shard dies, and another begins with nothing.</summary>
    public void Restart(int shard) => _cores[shard] = NewCore(_shards.Key(SchedulerRig.Model, shard));

    public void Run(TimeSpan time)
    {
        for (var end = _now + time; _now < end; _now += Tick)
        {
            var ticks = _now.Ticks / Tick.Ticks;
            var arrivals = (int)_requestsPerTick + (_random.Below(1000) < 1000 * (_requestsPerTick % 1) ? 1 : 0);
            for (var arrival = 0; arrival < arrivals; arrival++)
            {
                Place();
            }

            foreach (var worker in _workers)
            {
                foreach (var done in worker.Advance(_now))
                {
                    _cores[done.Shard].Complete(new RequestCompletion(done.Request, worker.Id, PromptTokens, done.Cached, 20, 0, true), _now);
                }

                if (ticks % 5 == worker.Index % 5)
                {
                    Report(worker);
                }
            }

            if (_shards.Count > 1 && ticks % 10 == 0)
            {
                Exchange();
            }

            if (ticks % 100 == 0)
            {
                foreach (var core in _cores)
                {
                    core.Tick(_now);
                    core.Audit();
                }
            }
        }
    }

    private SchedulerCore NewCore(string key)
    {
        var (model, shard) = _shards.Parse(key);
        return new SchedulerCore(model, _options, shard);
    }

    private void Place()
    {
        var family = Math.Min(_random.Below(Families), _random.Below(Families));
        var shared = new SeededRandom((ulong)family + 1_000);
        var blocks = new BlockHash[PromptTokens / 16];
        for (var index = 0; index < blocks.Length; index++)
        {
            var random = index < FamilyBlocks ? shared : _random;
            blocks[index] = new BlockHash(random.NextUInt64(), random.NextUInt64());
        }

        var query = new PlacementQuery(new RequestId($"r{_requests++}"), [.. blocks], PromptTokens, 20, []);
        var shard = _shards.IndexOf(query);
        PromptTokensOfAll += PromptTokens;
        if (_cores[shard].Place(query, _now).Ticket is not { } ticket)
        {
            Refused++;
            return;
        }

        var worker = _workers.Single(one => one.Id == ticket.Worker);
        CachedTokens += worker.Submit(query.Request, shard, blocks, _now);
    }

    private void Report(Worker worker)
    {
        var changes = worker.TakeChanges();
        for (var shard = 0; shard < _cores.Length; shard++)
        {
            var answer = _cores[shard].Report(new WorkerReport(worker.Status, changes), _now);
            if (answer == ReportAnswer.Register)
            {
                _cores[shard].Register(worker.Registration, _now);
            }

            if (answer != ReportAnswer.Accepted)
            {
                _cores[shard].Restore(worker.Snapshot(), _now);
            }
        }
    }

    private void Exchange()
    {
        foreach (var loads in _cores.Select(core => core.TakeLoads(_now)).OfType<ShardLoads>().ToArray())
        {
            for (var shard = 0; shard < _cores.Length; shard++)
            {
                if (shard != loads.Shard)
                {
                    _cores[shard].HearLoads(loads, _now);
                }
            }
        }
    }

    private sealed class Worker(int index)
    {
        private readonly List<KvCacheChange> _changes = [];
        private readonly List<CachedBlock> _blocks = [];
        private readonly HashSet<BlockHash> _held = [];
        private readonly Queue<(RequestId Request, int Shard, int Missed, int Cached, TimeSpan From)> _waiting = new();
        private readonly PriorityQueue<(RequestId Request, int Shard, int Cached), TimeSpan> _running = new();
        private TimeSpan _freeAt;
        private long _next = 1;
        private long _accepted;

        public int Index => index;

        public WorkerId Id { get; } = new($"w{index}");

        public double Busy { get; private set; }

        public double Waited { get; private set; }

        public WorkerRegistration Registration => new(Id, SchedulerRig.Model, 1, 16, 10_000_000, 100_000, Costs);

        public WorkerStatus Status => new()
        {
            Worker = Id, Epoch = 1, RequestsTotal = _accepted, WaitingRequests = _waiting.Count, RunningRequests = _running.Count,
            PendingPrefillTokens = _waiting.Sum(waiting => waiting.Missed),
        };

        /// <summary>Blocks of those that come before count as cached, for they are computed first.</summary>
        public int Submit(RequestId request, int shard, BlockHash[] blocks, TimeSpan now)
        {
            var hits = 0;
            for (var number = 0; number < blocks.Length; number++)
            {
                var parent = number == 0 ? BlockHash.None : blocks[number - 1];
                if (_held.Add(blocks[number]))
                {
                    _changes.Add(new KvCacheChange(KvCacheChangeKind.Stored, blocks[number], parent));
                    _blocks.Add(new CachedBlock(blocks[number], parent));
                }
                else
                {
                    hits++;
                }
            }

            _accepted++;
            _waiting.Enqueue((request, shard, PromptTokens - (16 * hits), 16 * hits, now));
            return 16 * hits;
        }

        public IEnumerable<(RequestId Request, int Shard, int Cached)> Advance(TimeSpan now)
        {
            while (_freeAt <= now && _waiting.TryDequeue(out var next))
            {
                var seconds = 0.010 + (next.Missed * 0.0001);
                var begin = _freeAt > now - Tick && _freeAt > next.From ? _freeAt : now;
                (Busy, Waited) = (Busy + seconds, Waited + (begin - next.From).TotalSeconds);
                _freeAt = begin + TimeSpan.FromSeconds(seconds);
                _running.Enqueue((next.Request, next.Shard, next.Cached), _freeAt + TimeSpan.FromSeconds(0.2));
            }

            while (_running.TryPeek(out var done, out var at) && at <= now)
            {
                _running.Dequeue();
                yield return done;
            }
        }

        public KvCacheChanges TakeChanges()
        {
            var changes = new KvCacheChanges(Id, 1, _next, [.. _changes]);
            _next += _changes.Count;
            _changes.Clear();
            return changes;
        }

        public KvCacheSnapshot Snapshot() => new(Id, 1, _next, [.. _blocks]);
    }
}
