using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Policies;
using Preble.Testing;

namespace Preble.Core.Properties.Placement;

/// <summary>
/// What every policy must keep, at random facts: it takes a candidate, follows from its own state and the facts alone, scores each worker at
/// most once, and changes nothing of what is booked. Beside it, the blocks in use against sets of blocks.
/// </summary>
public sealed class PolicyProperties
{
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_policy_takes_a_candidate_by_the_facts_alone_and_books_nothing(string policy, int seed)
    {
        var (one, other) = (new World(policy, seed), new World(policy, seed));
        for (var step = 0; step < 200; step++)
        {
            one.Change();
            other.Change();
            var before = one.Facts();
            var (decision, same) = (one.Decide(), other.Decide());
            Assert.Contains(decision.Worker, one.Rig.Workers);
            Assert.Equal((decision.Worker.Id, decision.Reason, decision.CostSeconds), (same.Worker.Id, same.Reason, same.CostSeconds));
            Assert.Equal(before, one.Facts());
            Assert.Equal(one.Rig.Context.Scores.Count, one.Rig.Context.Scores.DistinctBy(score => score.Worker).Count());
            Assert.All(one.Rig.Context.Scores, score => Assert.Contains(score.Worker, one.Rig.Workers));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Blocks_in_use_are_those_of_the_requests_in_flight_each_counted_once(int seed)
    {
        var world = new World("cost", seed);
        for (var step = 0; step < 200; step++)
        {
            world.Change();
            world.Decide();
            foreach (var worker in world.Rig.Workers)
            {
                var used = world.Used.GetValueOrDefault(worker.Id.Value, []).SelectMany(prompt => PromptBlocks.Of(prompt)).ToHashSet();
                Assert.Equal(used.Count, worker.Cache.InUseBlocks);
                var leading = PromptBlocks.Of(world.LastPrompt).TakeWhile(used.Contains).Count();
                Assert.Equal(leading, world.Rig.Context.Match.InUseBlocks(worker.Cache.Slot));
            }
        }
    }

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (var policy in PlacementPolicies.Names)
        {
            Enumerable.Range(1, 8).ToList().ForEach(seed => cases.Add(policy, seed));
        }

        return cases;
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    private sealed class World
    {
        private readonly SeededRandom _random;

        public World(string policy, int seed)
        {
            _random = new SeededRandom((ulong)seed);
            Rig = new PolicyRig(policy, 1 + _random.Below(6));
        }

        public PolicyRig Rig { get; }

        public Dictionary<string, List<string>> Used { get; } = [];

        public string LastPrompt { get; private set; } = "";

        public void Change()
        {
            var worker = _random.Pick([.. Rig.Workers]);
            switch (_random.Below(6))
            {
                case 0:
                    Rig.Hold(worker.Id.Value, Prompt());
                    break;
                case 1 or 2:
                    Use(worker.Id.Value);
                    break;
                case 3:
                    End(worker.Id.Value);
                    break;
                case 4:
                    worker.Status = new WorkerStatus
                    {
                        Worker = worker.Id, Epoch = 1, PendingPrefillTokens = _random.Below(2000), RunningRequests = _random.Below(40),
                    };
                    break;
                default:
                    worker.InFlight = _random.Below(50);
                    worker.Booked = TimeSpan.FromSeconds(worker.InFlight);
                    (worker.BookedTokens, worker.BookedMissedTokens) = (_random.Below(5000), _random.Below(3000));
                    break;
            }
        }

        public PlacementDecision Decide() => Rig.Choose(LastPrompt = Prompt(), (ulong)_random.Below(3));

        public string Facts() => string.Join('\n', Rig.Workers.Select(Facts));

        private static string Facts(WorkerView worker) =>
            $"{worker.Id} {worker.InFlight} {worker.Booked} {worker.Finished} {worker.WindowRequests} {worker.BookedTokens} "
            + $"{worker.BookedMissedTokens} {worker.MissedTokensSinceBeat} {worker.BookedOutputBlocks} {worker.Cache.ResidentBlocks} "
            + $"{worker.Cache.InUseBlocks} {worker.Cache.HeldBlocks} {worker.Status}";

        private void Use(string worker)
        {
            var prompt = Prompt();
            Rig.Use(worker, prompt);
            (Used.TryGetValue(worker, out var prompts) ? prompts : Used[worker] = []).Add(prompt);
        }

        private void End(string worker)
        {
            if (Used.GetValueOrDefault(worker) is { Count: > 0 } prompts)
            {
                var index = _random.Below(prompts.Count);
                Rig.End(worker, prompts[index]);
                prompts.RemoveAt(index);
            }
        }

        private string Prompt() => string.Concat(Enumerable.Range(0, 1 + _random.Below(14)).Select(_ => (char)('a' + _random.Below(2))));
    }
}
