using Preble.Core.Placement;
using Preble.Testing;

namespace Preble.Core.Properties.Placement;

/// <summary>Rebalancing against what must hold whatever the load: it narrows the gap, gives up in time, and finds nothing more to do.</summary>
public sealed class RebalancerProperties
{
    private const string Prefixes = "abcdefghijkl";

    private static readonly SchedulerOptions Options =
        new() { Rebalance = true, CopyPrice = 1_000, WorkerTimeout = TimeSpan.FromHours(1), BalanceWarmUp = 1 };

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_second_call_changes_nothing_and_no_worker_ends_above_the_heaviest_before(int seed)
    {
        var (rig, loads) = Load(seed);
        rig.Core.Tick(rig.Now);
        var moves = rig.Core.Moves;
        var after = Loads(rig, loads);
        Assert.True(after.Max() <= Totals(loads).Max(), "the heaviest is no heavier than the heaviest before");
        Assert.Equal(Totals(loads).Sum(), after.Sum());
        rig.Now += Options.RebalanceInterval;
        rig.Core.Tick(rig.Now);
        Assert.Equal(moves, rig.Core.Moves);
        Assert.Equal(after, Loads(rig, loads));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_could_still_move_would_only_swap_two_workers(int seed)
    {
        var (rig, loads) = Load(seed);
        rig.Core.Tick(rig.Now);
        var after = Loads(rig, loads);
        var (heavy, light) = (Array.IndexOf(after, after.Max()), Array.IndexOf(after, after.Min()));
        if (after[heavy] <= after[light] * Options.BalanceRatio)
        {
            return;
        }

        foreach (var prefix in Prefixes)
        {
            var cost = loads[heavy].GetValueOrDefault(prefix);
            if (cost > 0 && loads.Count(load => load.ContainsKey(prefix)) == 1 && AssignedTo(rig, prefix) is null)
            {
                Assert.True(after[heavy] - cost < after[light] + cost, $"{prefix} of {cost} ms could go from {heavy} to {light}");
            }
        }
    }

    [Fact]
    public void The_generator_reaches_moves() =>
        Assert.True(Enumerable.Range(1, 40).Count(seed => Moves(seed) > 1) > 10, "many loads are worth more than one move");

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    private static long Moves(int seed)
    {
        var rig = Load(seed).Rig;
        rig.Core.Tick(rig.Now);
        return rig.Core.Moves;
    }

    /// <summary>Prefixes of some milliseconds, each mostly on one worker; the dumb version of the books beside it.</summary>
    private static (SchedulerRig Rig, Dictionary<char, long>[] Loads) Load(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var workers = 2 + random.Below(3);
        var rig = new SchedulerRig(workers, options: Options);
        var loads = Enumerable.Range(0, workers).Select(_ => new Dictionary<char, long>()).ToArray();
        var request = 0;
        foreach (var prefix in Prefixes)
        {
            // Skewed, so that some worker is heavy.
            var home = random.Below(1 + random.Below(workers));
            var tokens = 1 + random.Below(30);
            for (var left = 2 + random.Below(10); left > 0; left--)
            {
                var worker = random.Chance(0.05) ? random.Below(workers) : home;
                var others = Enumerable.Range(0, workers).Where(other => other != worker).Select(other => $"w{other}").ToArray();
                rig.Complete(rig.Ticket($"r{request++}", SchedulerRig.Letters(prefix, tokens), 1, others), tokens, 0);
                loads[worker][prefix] = loads[worker].GetValueOrDefault(prefix) + tokens;
            }
        }

        return (rig, loads);
    }

    /// <summary>By present assignments, in milliseconds: all of an assigned prefix on its worker, the rest where it was.</summary>
    private static long[] Loads(SchedulerRig rig, Dictionary<char, long>[] loads)
    {
        var planned = new long[loads.Length];
        for (var worker = 0; worker < loads.Length; worker++)
        {
            foreach (var (prefix, cost) in loads[worker])
            {
                planned[AssignedTo(rig, prefix) ?? worker] += cost;
            }
        }

        return planned;
    }

    private static long[] Totals(Dictionary<char, long>[] loads) => [.. loads.Select(load => load.Values.Sum())];

    private static int? AssignedTo(SchedulerRig rig, char prefix)
    {
        for (var tokens = 1; tokens <= 30; tokens++)
        {
            if (rig.AssignedTo(SchedulerRig.Letters(prefix, tokens)).ToArray() is [var only])
            {
                return int.Parse(only[1..], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return null;
    }
}
