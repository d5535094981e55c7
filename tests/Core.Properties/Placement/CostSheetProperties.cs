using Preble.Core.Placement;
using Preble.Core.Placement.Costs;
using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Policies;
using Preble.Testing;

namespace Preble.Core.Properties.Placement;

/// <summary>E2 beside a dumb one that works out every cost of every worker: leaving out what cannot win changes no choice.</summary>
[Trait("paper", "§3.2 Algorithm 1")]
public sealed class CostSheetProperties
{
    private static readonly SchedulerOptions Options = new()
    {
        LoadWeight = 0.5, CopyPrice = 0.2, DecodeHeavyRatio = 0, EvictionWeight = 3, DecodeWeight = 0.2,
    };

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_choice_is_that_of_full_evaluation(int seed)
    {
        var world = new World(seed);
        for (var step = 0; step < 200; step++)
        {
            world.Change();
            var decision = world.Decide();
            var (worker, reason) = world.Expected();
            Assert.Equal((worker.Id, reason), (decision.Worker.Id, decision.Reason));
        }
    }

    [Fact]
    public void The_generator_reaches_every_reason_evictions_and_workers_left_out()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        void Count(string what) => seen[what] = seen.GetValueOrDefault(what) + 1;
        foreach (var seed in Enumerable.Range(1, 40))
        {
            var world = new World(seed);
            for (var step = 0; step < 200; step++)
            {
                world.Change();
                Count($"{world.Decide().Reason}");
                var scores = world.Rig.Context.Scores;
                Count(scores.Exists(score => double.IsNaN(score.EvictionSeconds)) ? "left out" : "all worked out");
                Count(scores.Exists(score => score.EvictionSeconds > 0) ? "evicts" : "fits");
            }
        }

        string[] interesting = ["Exploit", "Explore", "Diverted", "Alternative", "Assigned", "left out", "evicts", "fits"];
        Assert.All(interesting, what => Assert.True(seen.GetValueOrDefault(what) > 20, $"only {seen.GetValueOrDefault(what)} times {what}"));
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 60)];

    private sealed class World
    {
        private readonly SeededRandom _random;
        private readonly List<(string Worker, string Prompt)> _used = [];

        public World(int seed)
        {
            _random = new SeededRandom((ulong)seed);
            Rig = new PolicyRig("e2", 1 + _random.Below(7), options: Options, totalBlocks: 60);
        }

        public PolicyRig Rig { get; }

        public void Change()
        {
            var worker = _random.Pick([.. Rig.Workers]);
            switch (_random.Below(5))
            {
                case 0:
                    Rig.Serve(worker.Id.Value, Prompt());
                    break;
                case 1 or 2:
                    var prompt = Prompt();
                    Rig.Use(worker.Id.Value, prompt);
                    _used.Add((worker.Id.Value, prompt));
                    break;
                case 3 when _used.Count > 0:
                    var index = _random.Below(_used.Count);
                    Rig.End(_used[index].Worker, _used[index].Prompt);
                    _used.RemoveAt(index);
                    break;
                default:
                    (worker.InFlight, worker.WindowRequests) = (_random.Below(4), 1 + _random.Below(4));
                    worker.Finished = TimeSpan.FromMilliseconds(_random.Below(20));
                    worker.Status = new WorkerStatus
                    {
                        Worker = worker.Id, Epoch = 1, PendingPrefillTokens = _random.Below(3) * _random.Below(60), RunningRequests = 5,
                        WaitingRequests = _random.Below(4),
                    };
                    break;
            }
        }

        public PlacementDecision Decide()
        {
            var assigned = _random.Chance(0.2) ? _random.Pick([.. Rig.Workers]) : null;
            return Rig.Choose(Prompt(), assigned: assigned);
        }

        /// <summary>By the rule as it is written down, everything worked out for everybody.</summary>
        public (WorkerView Worker, PlacementReason Reason) Expected()
        {
            var context = Rig.Context;
            var costs = context.Candidates.ConvertAll(worker => Cost.Of(context, worker));
            var longest = costs.Max(cost => cost.Overlap);
            var prompt = context.Query.PromptTokens;
            if (!(longest == prompt || prompt - longest < longest))
            {
                return (Best(costs).Worker, PlacementReason.Explore);
            }

            var assigned = context.Assigned.Count > 0;
            var holder = Best(costs.FindAll(cost => assigned ? context.Assigned.Contains(cost.Worker) : cost.Overlap == longest));
            var own = holder.Wait + (assigned ? 0 : holder.Prefill + holder.Price);
            var other = costs.Where(cost => cost != holder && cost.Wait + cost.Prefill + cost.Price + cost.Eviction < own)
                .MinBy(cost => cost.Wait + cost.Prefill + cost.Price + cost.Eviction);
            return other is not null ? (other.Worker, other.Overlap > 0 ? PlacementReason.Alternative : PlacementReason.Diverted)
                : (holder.Worker, assigned ? PlacementReason.Assigned : PlacementReason.Exploit);
        }

        private static Cost Best(List<Cost> costs) =>
            costs.OrderBy(cost => cost.Total).ThenBy(cost => cost.Worker.InFlight).ThenBy(cost => cost.Worker.Id.Value, StringComparer.Ordinal).First();

        private string Prompt() => string.Concat(Enumerable.Range(0, 4 + _random.Below(20)).Select(_ => (char)('a' + _random.Below(2))));

        private sealed record Cost(WorkerView Worker, int Overlap, double Total, double Wait, double Prefill, double Eviction, double Price)
        {
            public static Cost Of(PlacementContext context, WorkerView worker)
            {
                var hit = context.HitTokens(worker);
                var missed = context.Query.PromptTokens - hit;
                var load = Options.LoadWeight * worker.Load.TotalSeconds;
                var wait = worker.WaitSeconds;
                var prefill = worker.Prefill.FirstTokenSeconds(missed, hit, worker.StepSeconds);
                var eviction = Options.EvictionWeight * EvictionCost.Seconds(context, worker);
                var price = Options.CopyPrice * (1 + worker.InFlight + worker.Waiting) * worker.Prefill.Seconds(missed, hit);
                var decode = Options.DecodeWeight * context.ExpectedOutputTokens(worker) * worker.StepSeconds;
                var total = load + wait + prefill + eviction + decode;
                return new Cost(worker, context.OverlapBlocks(worker), total, wait, prefill, eviction, price);
            }
        }
    }
}
