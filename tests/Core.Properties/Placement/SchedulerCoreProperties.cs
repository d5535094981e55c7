using Preble.Core.Placement;
using Preble.Core.Placement.Policies;
using Preble.Testing;

namespace Preble.Core.Properties.Placement;

/// <summary>The scheduler under random events of a fleet: it never throws, books each request once, and forgets all in the end.</summary>
public sealed class SchedulerCoreProperties
{
    private static readonly string[] Policies = ["e2", "e2", .. PlacementPolicies.Names];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_order_of_events_keeps_the_books_and_ends_empty(int seed)
    {
        var run = new Run(seed);
        for (var step = 0; step < 400; step++)
        {
            run.Step();
            run.Check();
        }

        run.End();
        Assert.Equal(0, run.Rig.IndexedBlocks);
        run.Rig.Core.Tick(run.Rig.Now);
        Assert.Empty(run.Rig.Core.Assigned);
        var workers = run.Rig.Core.Overview(run.Rig.Now).Workers;
        Assert.All(workers, worker => Assert.Equal((0, 0.0), (worker.BookedRequests, worker.LoadSeconds)));
    }

    [Fact]
    public void The_generator_reaches_refusals_losses_timeouts_and_both_branches()
    {
        var runs = Enumerable.Range(1, 30).Select(seed => new Run(seed)).ToArray();
        foreach (var run in runs)
        {
            for (var step = 0; step < 400; step++)
            {
                run.Step();
            }
        }

        Assert.True(runs.Sum(run => run.Rig.Core.Moves) > 20, "rebalancing has something to move");
        string[] interesting =
            ["Exploit", "Explore", "Policy", "QueueFull", "PromptTooLong", "NoWorker", "DuplicateRequest", "late", "gap", "silent"];
        foreach (var what in interesting)
        {
            var count = runs.Sum(run => run.Seen.GetValueOrDefault(what));
            Assert.True(count > 20, $"only {count} times {what}");
        }
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 60)];

    private sealed class Run
    {
        private readonly SeededRandom _random;
        private readonly List<(PlacementTicket Ticket, int Tokens, string Prompt)> _open = [];
        private readonly Dictionary<string, long> _epochs = [];
        private int _requests;

        public Run(int seed)
        {
            _random = new SeededRandom((ulong)seed);
            var options = new SchedulerOptions
            {
                Policy = Policies[seed % Policies.Length],
                RequestsPerWorker = 12,
                WorkerTimeout = TimeSpan.FromSeconds(60),
                BookingTimeout = TimeSpan.FromSeconds(400),
                IndexBlocks = 300,
                Rebalance = true,
                BalanceWarmUp = 3,
            };
            Rig = new SchedulerRig(workers: 0, blockSize: 2, options: options);
        }

        public SchedulerRig Rig { get; }

        public Dictionary<string, int> Seen { get; } = [];

        public void Step()
        {
            Rig.Now += TimeSpan.FromSeconds(_random.Below(4) == 0 ? _random.Below(20) : 0);
            var worker = $"w{_random.Below(4)}";
            switch (_random.Below(20))
            {
                case <= 7:
                    Place();
                    break;
                case <= 12:
                    Complete();
                    break;
                case <= 14 when _epochs.ContainsKey(worker):
                    Count($"{Rig.Store(worker, Prompt())}");
                    break;
                case 15 when _epochs.ContainsKey(worker):
                    Rig.Evict(worker, Prompt(), 1 + _random.Below(4));
                    break;
                case 16 when _epochs.ContainsKey(worker):
                    Gap(worker);
                    break;
                case 17:
                    Rig.Core.Lose(new WorkerId(worker), Rig.Now);
                    break;
                case 18:
                    Rig.Core.TakePrefixReports(Rig.Now);
                    Seen["silent"] = Seen.GetValueOrDefault("silent") + Rig.Core.Tick(Rig.Now).Count;
                    break;
                default:
                    Register(worker);
                    break;
            }
        }

        public void Check()
        {
            Rig.Core.Audit();
            var overview = Rig.Core.Overview(Rig.Now);
            Assert.All(overview.Workers, worker => Assert.True(worker.LoadSeconds >= 0 && worker.BookedRequests >= 0));
            Assert.True(overview.Workers.Sum(worker => worker.BookedRequests) <= _open.Count, "a request is booked that nobody has open");
        }

        public void End()
        {
            foreach (var (ticket, tokens, _) in _open)
            {
                Rig.Complete(ticket, tokens, 3);
            }

            // A new life empties each worker; what is left is what the window remembers, and that ends too.
            foreach (var worker in _epochs.Keys)
            {
                Rig.Register(worker, epoch: 1_000_000);
            }

            Rig.Now += TimeSpan.FromMinutes(10);
        }

        private void Place()
        {
            var prompt = _random.Chance(0.02) ? SchedulerRig.Letters('l', 300) : Prompt();
            var repeats = _open.Count > 0 && _random.Chance(0.05);
            var request = repeats ? _random.Pick(_open).Ticket.Request.Value : $"r{_requests++}";
            string[] excluded = _random.Chance(0.1) ? [$"w{_random.Below(4)}"] : [];
            var result = Rig.Place(request, prompt, 1 + _random.Below(50), excluded);
            Count($"{result.Ticket?.Reason}{result.Rejection?.Reason}");
            if (result.Ticket is { } ticket)
            {
                _open.Add((ticket, prompt.Length, prompt));
            }
        }

        private void Complete()
        {
            if (_open.Count == 0)
            {
                return;
            }

            var index = _random.Below(_open.Count);
            var (ticket, tokens, prompt) = _open[index];
            _open.RemoveAt(index);
            if (_random.Chance(0.7) && _epochs.ContainsKey(ticket.Worker.Value))
            {
                Rig.Store(ticket.Worker.Value, prompt);
            }

            if (_random.Chance(0.05))
            {
                Count("late");
                Rig.Now += TimeSpan.FromSeconds(200);
            }

            Rig.Complete(ticket, tokens, _random.Below(60), _random.Below(tokens + 1), _random.Below(3), _random.Chance(0.85));
        }

        private void Gap(string worker)
        {
            Rig.LoseChanges(worker, 1 + _random.Below(3));
            if (Rig.Report(worker) == ReportAnswer.SendSnapshot)
            {
                Count("gap");
                Rig.Restore(worker, Prompt(), Prompt());
            }
        }

        private void Register(string worker)
        {
            var epoch = _epochs.GetValueOrDefault(worker) + 1;
            _epochs[worker] = epoch;
            Rig.Register(worker, epoch, totalBlocks: 40 + _random.Below(200), context: 250);
        }

        private string Prompt()
        {
            var length = 1 + _random.Below(16);
            return string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + _random.Below(2))));
        }

        private void Count(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;
    }
}
