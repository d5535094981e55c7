using System.Globalization;
using Preble.Core;
using Preble.Core.Placement.Policies;
using Preble.Testing;

namespace Preble.Benchmarks.Decision;

/// <summary><c>./preble bench decision</c>: what one placement costs the scheduler, single thread, by fleet size.</summary>
internal static class DecisionBenchmark
{
    private const string Help = """
        usage: ./preble bench decision [POLICY …] [--rounds N] [--shards N]

        One placement of a prompt of 8,192 tokens (512 blocks) among 16, 64, 256 and 1,024 full workers, in a steady state of placements,
        ends, stored and evicted blocks; single thread. "decide" is finding candidates, matching and choosing; "place" is all of a
        placement: the same, the booking, the insertion into the index and the ticket.

          POLICY       policies by name (e2)
          --rounds N   placements measured, half of them for each column (20000)
          --shards N   instead: what N schedulers, each with its part of the prompts and a thread, place in a second beside one (2 to 64)
        """;

    private static readonly int[] Fleets = [16, 64, 256, 1024];

    public static int Run(IReadOnlyList<string> arguments)
    {
        var (policies, rounds, shards) = (new List<string>(), 20_000, 1);
        for (var index = 0; index < arguments.Count; index++)
        {
            if (arguments[index] is "--rounds" && index + 1 < arguments.Count
                && int.TryParse(arguments[++index], NumberStyles.None, CultureInfo.InvariantCulture, out rounds) && rounds >= 2)
            {
                continue;
            }

            if (arguments[index] is "--shards" && index + 1 < arguments.Count
                && int.TryParse(arguments[++index], NumberStyles.None, CultureInfo.InvariantCulture, out shards)
                && shards is >= 2 and <= Limits.SchedulerShards)
            {
                continue;
            }

            if (!PlacementPolicies.Names.Contains(arguments[index], StringComparer.Ordinal))
            {
                Console.WriteLine(Help);
                return arguments[index] is "--help" or "-h" ? 0 : 2;
            }

            policies.Add(arguments[index]);
        }

        Console.WriteLine($"machine    {Machine.Describe()}{(shards > 1 ? "" : "; one thread")}");
        Console.WriteLine($"commit     {Machine.Commit(RepositoryPaths.Root)}");
        if (shards > 1)
        {
            ShardBenchmark.Run(policies.FirstOrDefault("e2"), shards, rounds);
            return 0;
        }

        Console.WriteLine("policy           workers      blocks   decide p50     p99      bytes    place p50     p99      bytes");
        foreach (var policy in policies.DefaultIfEmpty("e2"))
        {
            foreach (var workers in Fleets)
            {
                Print(policy, new DecisionRun(policy, workers).Measure(warmUp: 40 * workers, rounds));
            }
        }

        return 0;
    }

    private static void Print(string policy, DecisionFigures figures) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{policy,-16} {figures.Workers,7} {figures.IndexedBlocks,11:N0}   {Columns(figures.Decide)}  {Columns(figures.Place)}"));

    private static string Columns(DecisionSamples samples) => string.Create(
        CultureInfo.InvariantCulture, $"{samples.Microseconds(0.5),8:F1} µs {samples.Microseconds(0.99),7:F1} µs {samples.BytesEach,7:F1}");
}
