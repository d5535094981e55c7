using Preble.Testing;

namespace Preble.Benchmarks.Engine;

/// <summary><c>./preble bench engine</c>: engine_bench with its own options, or with <c>--peer</c> beside llama.cpp.</summary>
internal static class EngineCommand
{
    private const string PeerHelp = """
        usage: ./preble bench engine [options of engine_bench, below]
               ./preble bench engine --peer [--model PATH] [--threads N] [--rounds N] [--json]     in turn with llama.cpp

        """;

    public static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments.Contains("--help"))
        {
            Console.WriteLine(PeerHelp);
            return Programs.Run(EngineBench.Program(), "--help");
        }

        try
        {
            return arguments.Contains("--peer") ? RunPeer(arguments) : RunAlone(arguments);
        }
        catch (InvalidOperationException failure)
        {
            Console.Error.WriteLine($"bench engine: {failure.Message}");
            return 1;
        }
    }

    private static int RunPeer(IReadOnlyList<string> arguments)
    {
        if (EngineBenchmarkOptions.Parse(arguments, out var message) is not { } options)
        {
            Console.Error.WriteLine(message);
            return 2;
        }

        var rows = new PeerBenchmark(options).Run();
        if (options.Json)
        {
            Console.WriteLine(PeerReport.ToJson(options, rows));
        }

        return 0;
    }

    private static int RunAlone(IReadOnlyList<string> arguments)
    {
        // The program takes the file by its place; the embedded model is ours to know.
        var passed = arguments.Where(argument => argument != "--model").ToList();
        if (!arguments.Contains("--model") && !passed.Exists(argument => argument == "--synthetic" || argument.EndsWith(".gguf", StringComparison.Ordinal)))
        {
            passed.Insert(0, RepositoryPaths.EmbeddedModel);
        }

        return Programs.Run(EngineBench.Program(), [.. passed]);
    }
}
