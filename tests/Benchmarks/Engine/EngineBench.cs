using Preble.Testing;

namespace Preble.Benchmarks.Engine;

/// <summary>The native program `engine_bench`: built by CMake when a source is newer, and run.</summary>
internal static class EngineBench
{
    // For a case of many sequences on a slow and busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly string Build = Path.Combine(RepositoryPaths.Root, "artifacts", "native", "bench");

    /// <summary>Builds the program; the path to it.</summary>
    /// <exception cref="InvalidOperationException">It cannot be built here.</exception>
    public static string Program()
    {
        var program = Path.Combine(Build, "bench", "engine_bench");
        if (!File.Exists(program))
        {
            Console.Error.WriteLine("Building engine_bench (the first time takes a minute or two) …");
        }

        Require("cmake", "-S", Path.Combine(RepositoryPaths.Root, "InferenceNative", "native"), "-B", Build, "-DCMAKE_BUILD_TYPE=Release");
        Require("cmake", "--build", Build, "--parallel", "2", "--target", "engine_bench");
        return program;
    }

    /// <summary>Waits for names of cases: see `engine_bench --serve`.</summary>
    public static LineProcess Serve(string program, string model, int threads, string weights) =>
        new(program, Patience, model, "--serve", "--threads", $"{threads}", "--weights", weights);

    private static void Require(string program, params string[] arguments)
    {
        if (Programs.Failure(program, arguments) is { } failure)
        {
            throw new InvalidOperationException($"engine_bench cannot be built: {failure}");
        }
    }
}
