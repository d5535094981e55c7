using Preble.Testing;

namespace Preble.Benchmarks.Engine;

/// <summary>What `./preble bench engine --peer` was asked for.</summary>
internal sealed record EngineBenchmarkOptions
{
    public string Model { get; init; } = RepositoryPaths.EmbeddedModel;

    public int Threads { get; init; } = 2;

    public int Rounds { get; init; } = 3;

    public bool Json { get; init; }

    /// <summary>Reads the command line; null when it makes no sense, with the sentence to print.</summary>
    public static EngineBenchmarkOptions? Parse(IReadOnlyList<string> arguments, out string message)
    {
        var options = new EngineBenchmarkOptions();
        message = "";
        for (var i = 0; i < arguments.Count; i++)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--peer": continue;
                case "--json": options = options with { Json = true }; continue;
                case "--model" when File.Exists(value): options = options with { Model = value }; break;
                case "--threads" when int.TryParse(value, out var threads) && threads > 0: options = options with { Threads = threads }; break;
                case "--rounds" when int.TryParse(value, out var rounds) && rounds > 0: options = options with { Rounds = rounds }; break;
                default: message = $"bench engine --peer: cannot make sense of '{arguments[i]} {value}'."; return null;
            }

            i++;
        }

        return options;
    }
}
