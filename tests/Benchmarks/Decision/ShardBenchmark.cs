using System.Globalization;

namespace Preble.Benchmarks.Decision;

/// <summary>
/// What one full core of scheduling does in a second, and what several shards do side by side, each on a thread of its own with its part of
/// the prompts; every shard hears the cache changes of all, and summaries of the others' load.
/// </summary>
internal static class ShardBenchmark
{
    private const int Repeats = 5;
    private const int Workers = 256;

    /// <summary>One shard and <paramref name="shards"/> in turn, so that both meet the same machine; the best of each is shown.</summary>
    public static void Run(string policy, int shards, int rounds)
    {
        var (one, all) = (0.0, 0.0);
        Console.WriteLine($"{policy}: {Workers} workers, placements a second of the schedulers' own CPU time, with their ends, cache changes and exchange");
        for (var repeat = 1; repeat <= Repeats; repeat++)
        {
            var (alone, together) = (Measure(policy, 1, rounds), Measure(policy, shards, rounds));
            (one, all) = (Math.Max(one, alone), Math.Max(all, together));
            Print($"run {repeat}", alone, shards, together);
        }

        Print("best", one, shards, all);
    }

    private static double Measure(string policy, int shards, int rounds)
    {
        var runs = Enumerable.Range(0, shards).Select(index => new DecisionRun(policy, Workers, index, shards)).ToArray();
        var rates = new double[shards];
        using var start = new Barrier(shards);
        var threads = runs.Select((run, index) => new Thread(() =>
        {
            run.Measure(40 * Workers / shards, 2);
            start.SignalAndWait();
            rates[index] = run.PlacementsPerSecond(rounds / shards);
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return rates.Sum();
    }

    private static void Print(string what, double one, int shards, double all) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what,-6} 1 shard {one,9:N0}/s   {shards} shards {all,9:N0}/s   ratio {all / one:F2}"));
}
