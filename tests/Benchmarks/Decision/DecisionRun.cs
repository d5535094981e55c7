using System.Collections.Immutable;
using System.Diagnostics;
using Preble.Core;
using Preble.Core.Placement;
using Preble.Core.Placement.Sharding;
using Preble.Testing;

namespace Preble.Benchmarks.Decision;

/// <summary>
/// A scheduler in a steady state: every prompt has 8,192 tokens (512 blocks of 16), 400 blocks of a prefix that some share and 112 of its own;
/// workers are full, and each placement is followed by the end of an earlier request with its stored and evicted blocks. Prefixes are drawn
/// unevenly, two for each worker.
/// </summary>
internal sealed class DecisionRun
{
    private const int PrefixBlocks = 400;
    private const int PromptBlocks = 512;
    private const int InFlightPerWorker = 8;
    private const int Capacity = 3000;
    private readonly SchedulerCore _core;
    private readonly Dictionary<WorkerId, DecisionWorker> _workers = [];
    private readonly SeededRandom _random;
    private readonly Queue<(PlacementTicket Ticket, int Prefix, BlockHash[] Blocks)> _open = new();
    private readonly int _count;
    private readonly TimeSpan _step;
    private readonly Shard _shard;
    private readonly int _inFlight;
    private TimeSpan _exchangedAt;
    private long _busyNanoseconds;
    private TimeSpan _now;
    private int _requests;

    /// <param name="policy">Its name.</param>
    /// <param name="workers">How many there are.</param>
    /// <param name="shard">Which of several shards it is: it gets its part of the requests, and of each worker's memory.</param>
    /// <param name="shards">How many there are.</param>
    public DecisionRun(string policy, int workers, int shard = 0, int shards = 1)
    {
        (_count, _shard, _random) = (workers, new Shard(shard, shards), new SeededRandom((ulong)shard + 1));
        _inFlight = InFlightPerWorker * workers / shards;
        _core = new SchedulerCore(new ModelId("model"), new SchedulerOptions { Policy = policy, WorkerTimeout = TimeSpan.FromDays(1) }, _shard);

        // Two requests a second and worker: with that the window of three minutes fills and empties within a run.
        _step = TimeSpan.FromSeconds(0.5) / workers * shards;
        var costs = new CostProfile(8e-5, 1e-9, 0.025) { StepSeconds = 0.024, DecodeSecondsPerSequence = 1e-4, DecodeSecondsPerContextToken = 2e-7 };
        for (var index = 0; index < workers; index++)
        {
            var id = new WorkerId($"w{index}");
            _core.Register(new WorkerRegistration(id, new ModelId("model"), 1, 16, Capacity, 32_768, costs), default);
            _workers.Add(id, new DecisionWorker(_core, id, (Capacity - (InFlightPerWorker * 16)) / shards, shards));
        }
    }

    /// <summary>Runs so many requests, and writes what a part of each took in ticks of the stopwatch, and the bytes of all.</summary>
    public DecisionFigures Measure(int warmUp, int rounds)
    {
        for (var round = 0; round < warmUp; round++)
        {
            Step(null, null);
        }

        var (decide, place) = (new DecisionSamples(rounds), new DecisionSamples(rounds));
        for (var round = 0; round < rounds; round++)
        {
            Step(round % 2 == 0 ? decide : null, round % 2 == 0 ? null : place);
        }

        return new DecisionFigures(_count, _core.Overview(_now).IndexedBlocks, decide, place);
    }

    /// <summary>Placements, with their ends, cache changes and the exchange of loads, in a second of nothing else.</summary>
    public double PlacementsPerSecond(int rounds)
    {
        _busyNanoseconds = 0;
        for (var round = 0; round < rounds; round++)
        {
            Step(null, null);
        }

        return rounds * 1e9 / _busyNanoseconds;
    }

    private void Step(DecisionSamples? decide, DecisionSamples? place)
    {
        _now += _step;
        var prefixes = 2 * _count;
        var prefix = Math.Min(_random.Below(prefixes), _random.Below(prefixes));
        var blocks = Prompt(prefix);
        var query = new PlacementQuery(
            new RequestId($"r{_requests++}"), ImmutableArray.Create(blocks), PromptBlocks * 16, 200, []);
        if (decide is not null)
        {
            var (bytes, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            _core.Decide(query, _now);
            decide.Add(Stopwatch.GetTimestamp() - start, GC.GetAllocatedBytesForCurrentThread() - bytes);
        }

        var busyStart = ThreadClock.Nanoseconds;
        var (placeBytes, placeStart) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        var result = _core.Place(query, _now);
        place?.Add(Stopwatch.GetTimestamp() - placeStart, GC.GetAllocatedBytesForCurrentThread() - placeBytes);
        _busyNanoseconds += ThreadClock.Nanoseconds - busyStart;
        Exchange();
        _open.Enqueue((result.Ticket!, prefix, blocks));
        if (_open.Count > _inFlight)
        {
            var (ticket, used, stored) = _open.Dequeue();
            _busyNanoseconds += _workers[ticket.Worker].Store(used, stored, PrefixBlocks, _now);
            var end = ThreadClock.Nanoseconds;
            _core.Complete(
                new RequestCompletion(ticket.Request, ticket.Worker, PromptBlocks * 16, ticket.HitTokens, 100 + _random.Below(100), 0, true), _now);
            _busyNanoseconds += ThreadClock.Nanoseconds - end;
        }
    }

    /// <summary>The other shards are as busy as this one: what it says of itself is what each of them says.</summary>
    private void Exchange()
    {
        if (!_shard.IsPart || _now - _exchangedAt < Limits.ShardLoadsInterval)
        {
            return;
        }

        _exchangedAt = _now;
        var start = ThreadClock.Nanoseconds;
        if (_core.TakeLoads(_now) is { } loads)
        {
            for (var other = 1; other < _shard.Count; other++)
            {
                _core.HearLoads(loads with { Shard = (_shard.Index + other) % _shard.Count }, _now);
            }
        }

        _busyNanoseconds += ThreadClock.Nanoseconds - start;
    }

    private BlockHash[] Prompt(int prefix)
    {
        var blocks = new BlockHash[PromptBlocks];
        var shared = new SeededRandom((ulong)prefix + 1_000_000);
        for (var index = 0; index < PromptBlocks; index++)
        {
            var random = index < PrefixBlocks ? shared : _random;
            blocks[index] = new BlockHash(random.NextUInt64(), random.NextUInt64());
        }

        // A prompt of this shard: its first block says so.
        var (first, shards) = (blocks[0], (ulong)Math.Max(1, _shard.Count));
        blocks[0] = first with { Low = (first.Low / 2 / shards * shards) + (ulong)_shard.Index };

        return blocks;
    }
}
