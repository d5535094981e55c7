using Preble.Core;
using Preble.Core.Engine;
using Preble.Core.Text;
using Preble.Inference;
using Preble.Testing;

namespace Preble.Benchmarks;

/// <summary>Prefill and decode of one model, ours and llama.cpp's in turn on the same file in one run. Medians and their ratio.</summary>
internal static class EngineBenchmark
{
    private const int DecodeContext = 512;
    private const int DecodeTokens = 24;
    private const string Sentence = "A prefix that many requests share is computed once. ";
    private static readonly (string Name, int Batch, int Tokens)[] Cases =
        [("prefill 512", 0, 512), ("prefill 2048", 0, 2048), ("decode, batch 1", 1, 0), ("decode, batch 4", 4, 0), ("decode, batch 16", 16, 0)];

    public static int Run(BenchmarkOptions options)
    {
        var package = ModelPackage.Open(options.ModelPath);
        using var model = package.Load(options.Weights);
        NativeRuntime.SetThreads(options.Threads);
        using var engine = model.CreateEngine(new EngineOptions
        {
            BlockCount = (16 * (DecodeContext + DecodeTokens + Limits.BlockSize * 4)) / Limits.BlockSize,
            MaxStepTokens = Limits.StepTokens,
            MaxStepChunks = Limits.RunningSequences,
        });
        Console.WriteLine($"machine  {Machine.Describe()}; {options.Threads} threads; {NativeRuntime.Description}");
        Console.WriteLine($"commit   {Machine.Commit(RepositoryPaths.Root)}");
        Console.WriteLine($"model    {Path.GetFileName(options.ModelPath)}, weights {options.Weights}, {model.Shape.WeightBytes / 1e6:F0} MB held");
        string? why = "left out (--no-peer)";
        using var peer = options.Peer
            ? LlamaCppPeer.Start(options.ModelPath, options.Threads, Path.Combine(RepositoryPaths.Root, "artifacts", "peers"), out why)
            : null;
        Console.WriteLine(peer is null ? $"peer     llama.cpp is not measured: {why}" : "peer     llama.cpp (node-llama-cpp, prebuilt), flash attention, F16 KV");
        Console.WriteLine($"{"tok/s, median (min–max) of " + options.Rounds,-32}{"ours",24}{"llama.cpp",24}{"ratio",8}");

        var prompt = new BytePairTokenizer(package.Tokenizer).Encode(string.Concat(Enumerable.Repeat(Sentence, 400)), parseSpecial: false);
        var run = new EngineRun(engine, prompt);
        run.Prefill(64);
        foreach (var (name, batch, tokens) in Cases)
        {
            Report(name, options.Rounds,
                () => batch == 0 ? run.Prefill(tokens) : run.Decode(batch, DecodeContext, DecodeTokens),
                peer is null ? null : () => batch == 0 ? peer.Prefill(tokens) : peer.Decode(batch, DecodeContext, DecodeTokens));
        }

        return 0;
    }

    private static void Report(string name, int rounds, Func<double> ours, Func<double>? theirs)
    {
        var a = new List<double>();
        var b = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            a.Add(ours());
            if (theirs is not null)
            {
                b.Add(theirs());
            }
        }

        var ratio = b.Count > 0 ? (Median(a) / Median(b)).ToString("F2") : "";
        Console.WriteLine($"{name,-32}{Show(a),24}{Show(b),24}{ratio,8}");
    }

    private static string Show(List<double> values) =>
        values.Count == 0 ? "–" : $"{Median(values):F0} ({values.Min():F0}–{values.Max():F0})";

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
