using Preble.Benchmarks.Engine;
using Preble.Benchmarks.Fleet;
using Preble.Core.Text;
using Preble.Hosting;
using Preble.Inference;
using Preble.Testing;

namespace Preble.Benchmarks.Sharing;

/// <summary>
/// <c>./preble bench sharing</c>: a real server with one worker, clients at once that share prefixes, and what they wait for beside what the
/// engine alone needs for the same tokens in the same run.
/// </summary>
internal sealed class SharingBenchmark(SharingOptions options, HttpClient http, Yardsticks yardsticks, Prompts prompts)
{
    private const string ModelName = "bench";
    private const int Clients = 8;
    private const int PrefixTokens = 2000;
    private const int EndingTokens = 32;
    private const int ManyPrefixTokens = 1500;
    private const int MostComputed = 14_400;
    private readonly SharingReport _report = new();
    private int _number;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (SharingOptions.Parse(arguments, out var message) is not { } options)
        {
            Console.Error.WriteLine(message);
            return 2;
        }

        // A bound on everything, for a server that hangs answers nobody.
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(15 + (5 * options.Rounds)));
        var folder = Directory.CreateTempSubdirectory("preble-bench-sharing-");
        try
        {
            Console.WriteLine($"machine  {Machine.Describe()}; {options.Threads} threads, {options.Rounds} rounds");
            Console.WriteLine($"commit   {Machine.Commit(RepositoryPaths.Root)}");
            using var engine = EngineBench.Serve(EngineBench.Program(), options.Model, options.Threads, "native");
            string[] model =
            [
                "--model", $"{ModelName}={options.Model}", "--threads", $"{options.Threads}", "--kv-gib", "1", "--calibration-cache", folder.FullName,
            ];
            await using var server = await ServedSetup.OneProcessAsync("one process", GrainHost.InProcess, model, bound.Token);
            server.Http.Timeout = Timeout.InfiniteTimeSpan;
            var prompts = new Prompts(new BytePairTokenizer(ModelPackage.Open(options.Model).Tokenizer));
            await new SharingBenchmark(options, server.Http, new Yardsticks(engine), prompts).RunAsync(bound.Token);
            return 0;
        }
        catch (InvalidOperationException failure)
        {
            Console.Error.WriteLine($"bench sharing: {failure.Message}");
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        // The first request is for the run-time's compiler.
        await Burst.SendAsync(http, ModelName, [Next(EndingTokens)], EndingTokens, cancellation);
        for (var round = 0; round < options.Rounds; round++)
        {
            await MeasureOnePrefixAsync(cancellation);
            await MeasureManyPrefixesAsync(cancellation);
        }

        await CompareAnswersAsync(cancellation);
        _report.Print();
    }

    private async Task MeasureOnePrefixAsync(CancellationToken cancellation)
    {
        var prefix = Next(PrefixTokens);
        var yardstick = yardsticks.Prefill2256;
        var cold = await Burst.SendAsync(http, ModelName, WithEndings(prefix, Clients), EndingTokens, cancellation);
        _report.Add("(a) 8 at once, a cold prefix of 2,000: first token, mean", cold.MeanFirstToken, 1.3 * yardstick);
        _report.Add("(a) first token, p99", cold.LateFirstToken, 1.5 * yardstick);
        _report.Add("(a) wall", cold.WallSeconds, null);
        _report.Add("(a) prompt tokens computed", cold.Computed, null, "");
        _report.Add("    engine_bench: prefill of 2,256", yardstick, null);
        yardstick = yardsticks.Endings;
        var warm = await Burst.SendAsync(http, ModelName, WithEndings(prefix, Clients), EndingTokens, cancellation);
        _report.Add("(b) again with other endings: first token, mean", warm.MeanFirstToken, 1.3 * yardstick);
        _report.Add("(b) first token, p99", warm.LateFirstToken, null);
        _report.Add("(b) wall", warm.WallSeconds, null);
        _report.Add("    engine_bench: prefill of 256 after 2,000", yardstick, null);
    }

    private async Task MeasureManyPrefixesAsync(CancellationToken cancellation)
    {
        const int prefixes = 8;
        const int outputTokens = 16;
        var yardstick = yardsticks.ManyClients;

        // Interleaved, as clients come: neighbours have different prefixes.
        var groups = Enumerable.Range(0, prefixes).Select(_ => WithEndings(Next(ManyPrefixTokens), Clients)).ToList();
        var all = Enumerable.Range(0, prefixes * Clients).Select(i => groups[i % prefixes][i / prefixes]).ToList();
        var many = await Burst.SendAsync(http, ModelName, all, outputTokens, cancellation);
        _report.Add("(c) 64 at once over 8 prefixes of 1,500: prompt tokens computed", many.Computed, MostComputed, "");
        _report.Add("(c) wall", many.WallSeconds, 1.5 * yardstick);
        _report.Add("(c) first token, mean", many.MeanFirstToken, null);
        _report.Add("(c) output tokens (1,024 unless an answer ends early)", many.Completions.Sum(completion => completion.OutputTokens), null, "");
        _report.Add("    engine_bench: their prefill and 16 steps of 64", yardstick, null);
    }

    private async Task CompareAnswersAsync(CancellationToken cancellation)
    {
        const int compared = 10;
        const int together = 16;
        const int promptTokens = 48;
        const int outputTokens = 64;
        var asked = Enumerable.Range(0, together).Select(_ => Next(promptTokens)).ToList();
        var alone = new List<string>();
        foreach (var prompt in asked.Take(compared))
        {
            alone.Add((await Completion.AskAsync(http, ModelName, prompt, outputTokens, cancellation)).Text);
        }

        var batched = await Burst.SendAsync(http, ModelName, asked, outputTokens, cancellation);
        var changed = alone.Zip(batched.Completions).Count(pair => pair.First != pair.Second.Text);
        _report.Add("(d) of 10 greedy answers, changed in a batch of 16", changed, 0, "");
    }

    private int[] Next(int tokens) => prompts.Make(_number++, tokens);

    private List<int[]> WithEndings(int[] prefix, int count) => [.. Enumerable.Range(0, count).Select(_ => (int[])[.. prefix, .. Next(EndingTokens)])];
}
