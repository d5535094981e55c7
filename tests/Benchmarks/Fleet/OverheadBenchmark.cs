using System.Diagnostics;
using System.Globalization;
using Preble.Hosting;
using Preble.Testing;

namespace Preble.Benchmarks.Fleet;

/// <summary>The same chats to one process, one silo and three processes, in turn: time to first token, tokens a second, CPU time.</summary>
internal sealed class OverheadBenchmark(FleetBenchmarkOptions options)
{
    private const string Question = "How many days has a week? Answer in one short sentence, please.";
    private const int WarmUps = 15;
    private const int ShortTokens = 2;
    private const int Together = 16;
    private const int LongTokens = 32;
    private const int ThroughputRounds = 3;

    /// <summary>On a busy machine fewer rounds count, so that the whole stays within its bound.</summary>
    private static readonly TimeSpan LatencyTime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ThroughputTime = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, Percentiles> _firstTokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Percentiles> _differences = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken cancellation)
    {
        // Measured costs are kept for this run alone: the first server measures them, the others plan by the same.
        var folder = Directory.CreateTempSubdirectory("preble-bench-fleet-");
        var setups = new List<ServedSetup>();
        try
        {
            string[] model =
            [
                "--model", $"smollm2-135m-instruct={RepositoryPaths.EmbeddedModel}", "--threads", $"{options.Threads}",
                "--kv-gib", "0.25", "--calibration-cache", folder.FullName,
            ];
            setups.Add(await ServedSetup.OneProcessAsync("one process, in-process host", GrainHost.InProcess, model, cancellation));
            setups.Add(await ServedSetup.OneProcessAsync("one process, one silo", GrainHost.Orleans, model, cancellation));
            setups.Add(await ServedSetup.ThreeProcessesAsync("three processes", model, cancellation));
            await MeasureFirstTokensAsync(setups, cancellation);
            await MeasureThroughputAsync(setups, cancellation);
        }
        finally
        {
            foreach (var setup in setups)
            {
                await setup.DisposeAsync();
            }

            folder.Delete(recursive: true);
        }
    }

    private async Task MeasureFirstTokensAsync(List<ServedSetup> setups, CancellationToken cancellation)
    {
        for (var round = 0; round < WarmUps * setups.Count; round++)
        {
            await Chat.AskAsync(setups[round % setups.Count].Http, Question, ShortTokens, cancellation);
        }

        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < options.Rounds && Stopwatch.GetElapsedTime(start) < LatencyTime; round++)
        {
            var seconds = new double[setups.Count];
            for (var turn = 0; turn < setups.Count; turn++)
            {
                // Each is first, second and last equally often: who comes after whom is no advantage.
                var index = (round + turn) % setups.Count;
                seconds[index] = (await Chat.AskAsync(setups[index].Http, Question, ShortTokens, cancellation)).FirstTokenSeconds;
            }

            for (var index = 0; index < setups.Count; index++)
            {
                Of(_firstTokens, setups[index]).Add(seconds[index] * 1e3);
                Of(_differences, setups[index]).Add((seconds[index] - seconds[0]) * 1e3);
            }
        }

        Console.WriteLine($"\nTime to first token in ms, {Of(_firstTokens, setups[0]).Count} short cached chats to each in turn");
        Console.WriteLine($"{"",-32}{"p50",10}{"p99",10}{"more at p50",16}{"median of the pairs",22}");
        foreach (var setup in setups)
        {
            var (own, first) = (Of(_firstTokens, setup), Of(_firstTokens, setups[0]));
            Console.WriteLine(Text(
                $"{setup.Name,-32}{own.At(0.5),10:F2}{own.At(0.99),10:F2}{own.At(0.5) - first.At(0.5),16:F2}{Of(_differences, setup).At(0.5),22:F2}"));
        }
    }

    private static async Task MeasureThroughputAsync(List<ServedSetup> setups, CancellationToken cancellation)
    {
        var rates = new Dictionary<string, Percentiles>(StringComparer.Ordinal);
        var cpu = new Dictionary<string, double>(StringComparer.Ordinal);
        var tokens = new Dictionary<string, long>(StringComparer.Ordinal);
        var begin = Stopwatch.GetTimestamp();
        for (var round = -1; round < ThroughputRounds && Stopwatch.GetElapsedTime(begin) < ThroughputTime; round++)
        {
            foreach (var setup in setups)
            {
                var before = setup.Costs.Sum(process => process.CpuSeconds);
                var start = Stopwatch.GetTimestamp();
                var chats = await Task.WhenAll(Enumerable.Range(0, Together).Select(
                    number => Chat.AskAsync(setup.Http, $"Count from {number} to one hundred in words.", LongTokens, cancellation)));
                var events = chats.Sum(chat => chat.Events);
                if (round < 0)
                {
                    // The first is for the run-time's compiler.
                    continue;
                }

                Of(rates, setup).Add(events / Stopwatch.GetElapsedTime(start).TotalSeconds);
                cpu[setup.Name] = cpu.GetValueOrDefault(setup.Name) + setup.Costs.Sum(process => process.CpuSeconds) - before;
                tokens[setup.Name] = tokens.GetValueOrDefault(setup.Name) + events;
            }
        }

        var idle = await IdleAsync(setups, cancellation);
        Console.WriteLine($"\n{Together} chats at once of {LongTokens} tokens, median of {Of(rates, setups[0]).Count} rounds in turn; idle: CPU time while nothing runs");
        Console.WriteLine($"{"",-32}{"events/s",10}{"CPU ms/event",14}   idle, cores");
        foreach (var setup in setups)
        {
            Console.WriteLine(Text(
                $"{setup.Name,-32}{Of(rates, setup).At(0.5),10:F1}{cpu[setup.Name] * 1e3 / tokens[setup.Name],14:F2}   {idle[setup.Name]}"));
        }
    }

    private static async Task<Dictionary<string, string>> IdleAsync(List<ServedSetup> setups, CancellationToken cancellation)
    {
        var before = setups.SelectMany(setup => setup.Costs).ToList();
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(IdleTime, cancellation); // tidy: what is measured is a time in which nothing happens
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var index = 0;
        return setups.ToDictionary(
            setup => setup.Name,
            setup => string.Join(", ", setup.Costs.Select(
                process => Text($"{process.Role} {(process.CpuSeconds - before[index++].CpuSeconds) / seconds:F3}"))),
            StringComparer.Ordinal);
    }

    private static Percentiles Of(Dictionary<string, Percentiles> all, ServedSetup setup) =>
        all.TryGetValue(setup.Name, out var own) ? own : all[setup.Name] = new Percentiles();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
