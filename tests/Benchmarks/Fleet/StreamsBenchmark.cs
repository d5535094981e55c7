using System.Globalization;
using Preble.Hosting;

namespace Preble.Benchmarks.Fleet;

/// <summary>Token streams from one process to another at a given rate: what both spend on them, beside the same streams within one process.</summary>
internal sealed class StreamsBenchmark(FleetBenchmarkOptions options)
{
    private const int TokensPerSecond = 5000;
    private const int AtMost = 0;
    private const int WarmUpStreams = 64;
    private const int WarmUpRate = 4 * TokensPerSecond;

    private static readonly (int Streams, int Rate)[] AllRows =
        [(16, TokensPerSecond), (64, TokensPerSecond), (256, TokensPerSecond), (64, 4 * TokensPerSecond), (64, AtMost)];

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(4);

    public async Task RunAsync(CancellationToken cancellation)
    {
        Console.WriteLine(
            "\nStreams of a synthetic engine. Idle CPU time is subtracted; chunk: tokens in each; delay: from a token's emission to its arrival;");
        Console.WriteLine("bytes: allocated for each token. Where there are two figures, the first is the worker's process, the second the reader's.");
        await using (var apart = await StreamFleet.ApartAsync("two silos", GrainHost.Orleans, cancellation))
        {
            await MeasureAsync(apart, AllRows, cancellation);
        }

        foreach (var (name, runtime) in new[] { ("one silo", GrainHost.Orleans), ("in-process host", GrainHost.InProcess) })
        {
            await using var together = await StreamFleet.TogetherAsync(name, runtime, cancellation);
            await MeasureAsync(together, [(64, TokensPerSecond)], cancellation);
        }
    }

    private async Task MeasureAsync(StreamFleet fleet, (int Streams, int Rate)[] rows, CancellationToken cancellation)
    {
        await fleet.OpenAsync(WarmUpStreams, WarmUpRate, cancellation);
        await PassAsync(WarmUp, cancellation);
        await fleet.CloseAsync(cancellation);
        var measured = new List<Row>();
        foreach (var (streams, rate) in rows)
        {
            await fleet.OpenAsync(streams, rate, cancellation);
            await PassAsync(SettleTime, cancellation);
            await fleet.CountAsync(cancellation);
            var costs = await CostOfAsync(fleet, TimeSpan.FromSeconds(options.Seconds), cancellation);
            measured.Add(new Row(streams, rate, await fleet.CountAsync(cancellation), costs));
            await fleet.CloseAsync(cancellation);
        }

        // At the end: before that a process still compiles what it has done often, which is no background of an idle silo.
        var first = await fleet.FirstChunkAsync(cancellation);
        await PassAsync(QuietTime, cancellation);
        var idle = await CostOfAsync(fleet, IdleTime, cancellation);
        Console.WriteLine(Text($"\n{fleet.Name}: idle {Join(idle, cost => cost.Cores, "F3")} cores; a request of one token, in µs: placement {first.Place:F0}, ")
            + Text($"then to the first chunk {first.Stream:F0}, together {first.All:F0} (p99 {first.AllP99:F0}); a call and back {first.Call:F0}"));
        Console.WriteLine($"{"streams",7}{"asked/s",10}{"tokens/s",10}{"chunk",8}{"delay p50",12}{"p99",10}   {"cores",-24}{"CPU µs/token",-22}{"bytes",-16}");
        measured.ForEach(row => Print(row, idle));
    }

    private static void Print(Row row, ProcessCost[] idle)
    {
        var cores = row.Costs.Zip(idle, (cost, still) => cost.Cores - still.Cores).ToArray();
        var tokens = (double)Math.Max(1, row.Counts.Tokens);
        var rate = tokens / row.Costs[0].WallSeconds;
        Console.WriteLine(
            Text($"{row.Streams,7}{(row.Rate == AtMost ? "at most" : $"{row.Rate}"),10}{rate,10:F0}{tokens / Math.Max(1, row.Counts.Chunks),8:F2}")
            + Text($"{row.Counts.DelayP50,9:F0} µs{row.Counts.DelayP99,7:F0} µs   ")
            + Text($"{Join(cores, value => value, "F3") + (cores.Length > 1 ? $" = {cores.Sum():F3}" : ""),-24}")
            + Text($"{Join(cores, value => value * 1e6 / rate, "F1"),-22}{Join(row.Costs, cost => cost.AllocatedBytes / tokens, "F0"),-16}"));
    }

    private static async Task<ProcessCost[]> CostOfAsync(StreamFleet fleet, TimeSpan time, CancellationToken cancellation)
    {
        var before = await fleet.CostsAsync(cancellation);
        await PassAsync(time, cancellation);
        var after = await fleet.CostsAsync(cancellation);
        return [.. after.Zip(before, (now, then) => now.Since(then))];
    }

    private static Task PassAsync(TimeSpan time, CancellationToken cancellation) =>
        Task.Delay(time, cancellation); // tidy: what is measured is what happens in this time

    private static string Join<T>(IEnumerable<T> values, Func<T, double> figure, string format) =>
        string.Join(" + ", values.Select(value => figure(value).ToString(format, CultureInfo.InvariantCulture)));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(int Streams, int Rate, StreamCounts Counts, ProcessCost[] Costs);
}
