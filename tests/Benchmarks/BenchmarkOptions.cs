using Preble.Inference;
using Preble.Testing;

namespace Preble.Benchmarks;

/// <summary>What `./preble bench` was asked for.</summary>
internal sealed record BenchmarkOptions
{
    public const string Help = """
        usage: ./preble bench [--model PATH] [--weights native|int4|int8|bf16|f32] [--rounds N] [--threads N] [--no-peer]
               ./preble bench planner [BENCHMARKDOTNET ARGUMENTS]
               ./preble bench index --trace FILE [--workers N] [--repeat N] [--rounds N] [--spread] [--largest N] [--json]
               ./preble bench fleet [overhead|streams] [--rounds N] [--seconds S] [--threads N]

        Prefill and decode of the model by our engine and by llama.cpp, in turn, on the same file in one run.
        llama.cpp comes as prebuilt libraries from npm (node is needed); without it only our figures are printed.
        Compare the ratios: absolute figures differ from machine to machine.

        planner: what planning a step costs with 64 running and 1,000 waiting sequences, without a model.
        index: what the prefix index takes to find and to store, on a trace of requests, beside a naive index and beside the memory's own speed.
        fleet: what a fleet of several processes costs beside one process: time to first token, and token streams between two processes.
        """;

    public string ModelPath { get; init; } = Path.Combine(RepositoryPaths.Root, "models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");

    public WeightsMode Weights { get; init; } = WeightsMode.Native;

    public int Rounds { get; init; } = 5;

    public int Threads { get; init; } = Environment.ProcessorCount;

    public bool Peer { get; init; } = true;

    /// <summary>Reads the command line; null when it asks for help or makes no sense, with the sentence to print.</summary>
    public static BenchmarkOptions? Parse(IReadOnlyList<string> arguments, out string message)
    {
        var options = new BenchmarkOptions();
        message = Help;
        for (var i = 0; i < arguments.Count; i++)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--no-peer": options = options with { Peer = false }; continue;
                case "--model" when value.Length > 0: options = options with { ModelPath = value }; break;
                case "--weights" when Enum.TryParse<WeightsMode>(value, ignoreCase: true, out var mode): options = options with { Weights = mode }; break;
                case "--rounds" when int.TryParse(value, out var rounds) && rounds > 0: options = options with { Rounds = rounds }; break;
                case "--threads" when int.TryParse(value, out var threads) && threads > 0: options = options with { Threads = threads }; break;
                case "--help" or "-h": return null;
                default: message = $"bench: cannot make sense of '{arguments[i]} {value}'.\n\n{Help}"; return null;
            }

            i++;
        }

        return options;
    }
}
