namespace Preble.Benchmarks;

/// <summary>What `./preble bench --help` prints.</summary>
internal static class Help
{
    public const string Text = """
        usage: ./preble bench engine [--model PATH] [ENGINE_BENCH OPTIONS]
               ./preble bench [engine --peer] [--model PATH] [--rounds N] [--threads N] [--json]
               ./preble bench sharing [--model PATH] [--rounds N] [--threads N]
               ./preble bench planner [BENCHMARKDOTNET ARGUMENTS]
               ./preble bench index --trace FILE [--workers N] [--repeat N] [--rounds N] [--spread] [--largest N] [--json]
               ./preble bench decision [--shards N]
               ./preble bench fleet [overhead|streams] [--rounds N] [--seconds S] [--threads N]

        engine: prefill, decode and shared prefixes of the engine alone, as fractions of peaks that the same run measures; its options: bench engine --help.
        engine --peer, also without a verb: the same by our engine and by llama.cpp, in turn, on the same files of 8, 4 and 16 bits.
        llama.cpp comes as prebuilt libraries from npm (node is needed); without it only our figures are printed.
        sharing: clients of one server that share prefixes, against what the engine alone needs for the same tokens.
        planner: what planning a step costs with 64 running and 1,000 waiting sequences, without a model.
        index: what the prefix index takes to find and to store, on a trace of requests, beside a naive index and beside the memory's own speed.
        decision: what a placement costs by fleet size.
        fleet: what a fleet of several processes costs beside one process: time to first token, and token streams between two processes.
        Compare the ratios: absolute figures differ from machine to machine.
        """;
}
