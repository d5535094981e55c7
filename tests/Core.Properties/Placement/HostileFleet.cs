using System.Collections.Immutable;
using System.Globalization;
using Preble.Core.Placement;
using Preble.Testing;

namespace Preble.Core.Properties.Placement;

/// <summary>One random run of <see cref="HostileEventsProperties"/>, with the list of bookings that the scheduler must agree with.</summary>
internal sealed partial class HostileFleet
{
    public const int Steps = 600;
    private const int BlockSize = 2;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private static readonly double[] Doubles =
        [0, -1, 1e-9, 0.001, 0.5, 1, 1e9, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon];
    private static readonly int[] Ints = [0, -1, 1, 2, 7, 50, 100_000, int.MaxValue, int.MaxValue - 1, int.MinValue];
    private static readonly long[] Longs = [0, -1, 1, 3, 1000, long.MaxValue, long.MinValue];

    private readonly SeededRandom _random;
    private readonly SchedulerOptions _options;
    private readonly SchedulerCore _core;
    private readonly Dictionary<string, (long Epoch, long Next)> _feeds = [];
    private readonly List<(RequestId Request, WorkerId Worker, TimeSpan At)> _booked = [];
    private readonly List<(RequestId Request, WorkerId Worker)> _tickets = [];
    private readonly Dictionary<RequestId, PlacementQuery> _waiting = [];
    private TimeSpan _now = TimeSpan.FromSeconds(1);
    private TimeSpan _latest;
    private int _requests;

    public HostileFleet(string policy, int seed)
    {
        _random = new SeededRandom(((ulong)seed << 8) + (ulong)policy.Length);
        _options = new SchedulerOptions
        {
            Policy = policy,
            Window = TimeSpan.FromSeconds(30),
            BookingTimeout = Timeout,
            WorkerTimeout = TimeSpan.FromSeconds(120),
            QueuePatience = TimeSpan.FromSeconds(20),
            RequestsPerWorker = 1 + _random.Below(12),
            QueuedRequests = _random.Below(6),
            IndexBlocks = 100,
            HotRequests = 3,
            Rebalance = true,
            BalanceWarmUp = 3,
            PlacementsKept = 50,
            TtftTargetSeconds = _random.Below(3),
            LateRequests = _random.Chance(0.5) ? LateRequests.Downgrade : LateRequests.Refuse,
            Seed = (ulong)seed,
        };
        _core = new SchedulerCore(SchedulerRig.Model, _options);
    }

    public Dictionary<string, int> Seen { get; } = [];

    /// <summary>Something happens; the answer says what, for comparing.</summary>
    public string Step()
    {
        MoveTime();
        var said = _random.Below(24) switch
        {
            <= 8 => Ask(),
            <= 12 => Complete(),
            <= 15 => Report(),
            16 => Register(),
            17 => Restore(),
            18 => Withdraw(),
            19 => Answers(),
            20 => Tick(),
            21 => Assign(),
            22 when _random.Chance(0.3) => Lose(),
            _ => Look(),
        };
        return $"{said} {Answers()}";
    }

    public void Check()
    {
        _core.Audit();
        var overview = _core.Overview(_now);
        Expire();
        var expected = _booked.GroupBy(entry => entry.Worker).ToDictionary(group => group.Key, group => group.Count());
        foreach (var worker in overview.Workers)
        {
            Assert.Equal(expected.GetValueOrDefault(worker.Worker), worker.BookedRequests);
            Assert.True(worker.LoadSeconds >= 0 && double.IsFinite(worker.LoadSeconds), $"a load of {worker.LoadSeconds} s");
        }

        Assert.Equal(_booked.Count, overview.Workers.Sum(worker => worker.BookedRequests));
        Assert.Equal(_waiting.Count, _core.QueuedRequests);
        Assert.True(_core.QueuedRequests <= _options.QueuedRequests, "more wait than may");
        Assert.True(_core.Placements(new PlacementFilter(int.MaxValue), _now).Length <= _options.PlacementsKept, "more is remembered than may be");
    }

    public void End()
    {
        foreach (var request in _waiting.Keys.ToArray())
        {
            _core.Withdraw(request);
        }

        _waiting.Clear();
        _now = _latest + TimeSpan.FromHours(1);
        _core.Tick(_now);
        foreach (var worker in _feeds.Keys)
        {
            _core.Lose(new WorkerId(worker), _now);
        }

        _core.Tick(_now);
        _core.Audit();
        var overview = _core.Overview(_now);
        Assert.Empty(overview.Workers);
        Assert.Equal(0, overview.IndexedBlocks);
        Assert.Empty(_core.Assigned);
        Assert.Empty(_core.TakeAnswers(_now));
        Assert.Equal(0, _core.QueuedRequests);
    }

    private void MoveTime()
    {
        var step = _random.Below(40) switch
        {
            <= 20 => TimeSpan.Zero,
            <= 30 => TimeSpan.FromMilliseconds(_random.Below(2000)),
            <= 35 => TimeSpan.FromSeconds(_random.Below(10)),
            36 => TimeSpan.FromSeconds(-_random.Below(100)),
            _ => Boundary(),
        };
        _now += step;
        _now = _now < _latest - TimeSpan.FromMinutes(1) ? _latest : _now;
    }

    /// <summary>To the tick when a window, a booking or a wait ends, or to one before.</summary>
    private TimeSpan Boundary()
    {
        Count("boundary");
        var lengths = new[] { _options.Window, _options.QueuePatience, _options.ResidencyGrace, _options.WorkerTimeout, _options.RebalanceInterval };
        return _random.Pick(lengths) - TimeSpan.FromTicks(_random.Below(2));
    }

    private void Expire()
    {
        _latest = _now > _latest ? _now : _latest;
        _booked.RemoveAll(entry => _latest - entry.At >= Timeout);
    }

    /// <summary>Asks or places: of a new request or one that is booked, with choices that may be named twice, and any numbers.</summary>
    private string Ask()
    {
        var prompt = Prompt();
        var blocks = PromptBlocks.Of(prompt, BlockSize);
        var tokens = _random.Below(12) switch
        {
            0 => _random.Pick(Ints),
            1 => int.MaxValue - 2,
            _ => prompt.Length,
        };
        var repeats = _random.Chance(0.06) && _tickets.Count > 0;
        var id = repeats ? _random.Pick(_tickets).Request : new RequestId($"r{_requests++}");
        ImmutableArray<RequestId> siblings = _random.Below(8) switch
        {
            0 => [new RequestId($"{id}-1"), new RequestId($"{id}-2")],
            1 => [new RequestId($"{id}-1"), new RequestId($"{id}-1")],
            2 => [id],
            3 => default,
            _ => [],
        };
        ImmutableArray<WorkerId> excluded = _random.Chance(0.15) ? [Worker(), Worker()] : [];
        var query = new PlacementQuery(id, [.. blocks], tokens, _random.Chance(0.7) ? 1 + _random.Below(60) : _random.Pick(Ints), excluded, siblings)
        {
            Priority = _random.Chance(0.8) ? _random.Below(3) : _random.Pick(Ints),
            Tenant = _random.Chance(0.1) ? $"t{_requests}" : $"t{_random.Below(3)}",
            SessionHash = (ulong)_random.Below(4),
            TtftTargetSeconds = _random.Chance(0.7) ? 0 : _random.Pick(Doubles),
        };
        // One asked again that names its worker as failed gives up its booking when it is looked at, whatever comes of it: so not while it waits.
        var again = _booked.Exists(entry => entry.Request == id && excluded.Contains(entry.Worker));
        var queues = _random.Chance(0.6) && !again;
        query = queues && repeats ? query with { Excluded = [] } : query;
        Expire();
        var answer = queues ? _core.Ask(query, _now) : _core.Place(query, _now);
        if (answer is not null)
        {
            return Note(query, answer);
        }

        Count("waits");
        _waiting.Add(id, query);
        return $"{id} waits";
    }

    private string Note(PlacementQuery query, PlacementResult result)
    {
        Count($"{result.Ticket?.Reason}{result.Rejection?.Reason}");
        if (result.Rejection?.Reason is not (RejectionReason.InvalidRequest or RejectionReason.DuplicateRequest))
        {
            _booked.RemoveAll(entry => entry.Request == query.Request && query.Excluded.Contains(entry.Worker));
        }

        if (result.Ticket is not { } ticket)
        {
            Assert.True(result.Rejection!.RetryAfterSeconds is >= 0 and <= Limits.RetrySeconds, $"come again in {result.Rejection.RetryAfterSeconds} s");
            return $"{query.Request} {result.Rejection!.Reason} {result.Rejection.RetryAfterSeconds.ToString("R", CultureInfo.InvariantCulture)}";
        }

        Assert.DoesNotContain(ticket.Worker, query.Excluded);
        Assert.True(ticket.HitTokens >= 0 && ticket.HitTokens <= query.PromptTokens && !double.IsNaN(ticket.CostSeconds), $"{ticket}");
        foreach (var request in query.Siblings.IsDefault ? [query.Request] : query.Siblings.Insert(0, query.Request))
        {
            _booked.Add((request, ticket.Worker, _latest));
            _tickets.Add((request, ticket.Worker));
        }

        return $"{query.Request} {ticket.Worker} {ticket.Reason} {ticket.HitTokens} {ticket.CostSeconds.ToString("R", CultureInfo.InvariantCulture)}";
    }

    private string Complete()
    {
        Expire();
        if (_tickets.Count == 0)
        {
            return "none";
        }

        var index = _random.Below(_tickets.Count);
        var (request, worker) = _tickets[index];
        if (_random.Chance(0.9))
        {
            _tickets.RemoveAt(index);
        }

        worker = _random.Chance(0.05) ? Worker() : worker;
        var sane = _random.Chance(0.7);
        int Number() => sane ? _random.Below(40) : _random.Pick(Ints);
        _core.Complete(
            new RequestCompletion(request, worker, Number(), Number(), Number(), sane ? 0.1 : _random.Pick(Doubles), _random.Chance(0.8))
            {
                TtftSeconds = sane ? 0.2 : _random.Pick(Doubles),
            },
            _now);
        var ended = _booked.RemoveAll(entry => entry.Request == request && entry.Worker == worker);
        Count(ended > 0 ? "completed" : "late");
        return $"completed {request} {ended}";
    }

    private string Withdraw()
    {
        if (_waiting.Count == 0)
        {
            return $"{_core.Withdraw(new RequestId("nobody"))}";
        }

        Count("withdrawn");
        var request = _random.Pick(_waiting.Keys.ToArray());
        _waiting.Remove(request);
        Assert.True(_core.Withdraw(request), "who waits can be withdrawn");
        return $"withdrawn {request}";
    }

    private string Answers()
    {
        Expire();
        List<string> said = [];
        foreach (var (request, result) in _core.TakeAnswers(_now))
        {
            Count("answered");
            Assert.True(_waiting.Remove(request, out var query), "only who waits is answered");
            said.Add(Note(query!, result));
        }

        return string.Join(';', said);
    }

    private string Tick()
    {
        Expire();
        var lost = _core.Tick(_now);
        lost.ToList().ForEach(Gone);
        return $"lost {string.Join(',', lost)}";
    }

    private string Look()
    {
        Expire();
        var filter = new PlacementFilter(_random.Pick(Ints), _random.Chance(0.5) ? Worker() : null);
        var reports = _core.TakePrefixReports(_now);
        return $"{reports.Count} {_core.Placements(filter, _now).Length} {_core.FindPlacements(new RequestId($"r{_random.Below(1 + _requests)}"), _now).Length}";
    }

    private WorkerId Worker() => new($"w{_random.Below(5)}");

    private string Prompt() => string.Concat(Enumerable.Range(0, 1 + _random.Below(20)).Select(_ => (char)('a' + _random.Below(_random.Chance(0.9) ? 1 : 3))));

    private void Count(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;
}
