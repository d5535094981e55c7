using System.Globalization;
using System.Text.Json;
using Preble.Testing;

namespace Preble.Benchmarks.Index;

/// <summary>The prefix index beside a naive one on a trace, and beside what the memory of the machine could do.</summary>
internal static class IndexBenchmark
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static int Run(IReadOnlyList<string> arguments)
    {
        if (IndexOptions.Parse(arguments, out var message) is not { } options)
        {
            Console.WriteLine(message);
            return arguments.Any(argument => argument is "--help" or "-h") ? 0 : 2;
        }

        var trace = TracePrompts.Read(options.Trace);
        var prompts = TracePrompts.Copies(trace, options.Repeat);
        var blocks = TracePrompts.DistinctBlocks(trace) * options.Repeat;
        var yardstick = Yardstick.Measure();
        var run = new IndexRun(options);
        IndexFigures[] figures =
        [
            run.Measure("preble", () => new PrebleIndex(options.Workers), prompts, blocks),
            run.Measure("naive", () => new NaiveIndex(options.Workers), prompts, blocks),
        ];
        var growth = GrowthCurve.Measure(options, trace).ToArray();
        if (options.Json)
        {
            var all = new
            {
                Machine = Machine.Describe(),
                Load = Load(),
                Commit = Machine.Commit(RepositoryPaths.Root),
                Options = options,
                ReadsPerSecond = yardstick.Independent,
                ChainedReadsPerSecond = yardstick.Chained,
                Figures = figures,
                Growth = growth,
            };
            Console.WriteLine(JsonSerializer.Serialize(all, Indented));
            return 0;
        }

        Print(options, prompts.Length, blocks, yardstick, figures);
        PrintGrowth(growth, yardstick.Chained);
        return 0;
    }

    private static void Print(
        IndexOptions options, int requests, int blocks, (double Independent, double Chained) yardstick, IndexFigures[] figures)
    {
        var choice = options.Spread ? "in turn" : "by best overlap";
        Console.WriteLine($"machine    {Machine.Describe()}; load average {Load()}; one thread");
        Console.WriteLine($"commit     {Machine.Commit(RepositoryPaths.Root)}");
        Console.WriteLine($"trace      {Path.GetFileName(options.Trace)} × {options.Repeat}: {requests:N0} requests, {blocks:N0} different blocks");
        Console.WriteLine($"workers    {options.Workers:N0}, chosen {choice}");
        Console.WriteLine($"yardstick  {yardstick.Independent / 1e6:F1} M random 64-byte reads/s over 1 GiB, one core ({yardstick.Chained / 1e6:F1} M chained)");
        Console.WriteLine();
        Console.WriteLine("index    find req/s   mean µs    p50    p99  as they come req/s  store ns/block  bytes/block  counted  B/find  finds per 1,000 reads");
        foreach (var f in figures)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{f.Index,-8}{f.FindsPerSecond,11:N0}{f.MeanMicroseconds,10:F3}{f.P50,7:F2}{f.P99,7:F2}{f.ArrivalFindsPerSecond,20:N0}{f.StoreNanosecondsPerBlock,16:F0}{f.BytesPerBlock,13:F0}{f.CountedBytesPerBlock,9:F0}{f.AllocatedPerFind,8:F1}{f.FindsPerSecond * 1000 / yardstick.Independent,23:F2}"));
        }

        var (ours, naive) = (figures[0], figures[1]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"ratio    {ours.FindsPerSecond / naive.FindsPerSecond:F1}× the finds, {naive.StoreNanosecondsPerBlock / ours.StoreNanosecondsPerBlock:F2}× the stores, {naive.BytesPerBlock / ours.BytesPerBlock:F2}× the blocks a byte"));
    }

    private static void PrintGrowth(GrowthFigures[] growth, double chained)
    {
        if (growth.Length == 0)
        {
            return;
        }

        Console.WriteLine();
        Console.WriteLine("blocks known       nodes  find req/s  mean µs  against the smallest  store ns/block  bytes/block  chained reads more than the smallest");
        foreach (var g in growth)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{g.Blocks,12:N0}{g.Nodes,12:N0}{g.FindsPerSecond,12:N0}{1e6 / g.FindsPerSecond,9:F3}{growth[0].FindsPerSecond / g.FindsPerSecond,21:F2}×{g.StoreNanosecondsPerBlock,15:F0}{g.BytesPerBlock,13:F0}{((1 / g.FindsPerSecond) - (1 / growth[0].FindsPerSecond)) * chained,41:F2}"));
        }
    }

    private static string Load() =>
        File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "unknown";
}
