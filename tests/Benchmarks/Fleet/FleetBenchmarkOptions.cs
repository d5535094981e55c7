using System.Globalization;

namespace Preble.Benchmarks.Fleet;

/// <summary>What <c>./preble bench fleet</c> was asked for.</summary>
internal sealed record FleetBenchmarkOptions
{
    public const string Help = """
        usage: ./preble bench fleet [overhead|streams] [--rounds N] [--seconds S] [--threads N]

        What a fleet of several processes costs beside one process. Needs the Orleans packages. Without a part both run; each takes at most
        two minutes, starts processes of its own on loopback and free ports, and ends them.

        overhead: the program itself as one in-process server, as one silo, and as gateway, scheduler and worker in a process each, on the embedded
        model. The same short cached chats go to each in turn: time to first token, and tokens a second of 16 chats at once.

        streams: a worker process whose engine puts out 5,000 tokens a second over 16, 64 and 256 streams, and a reader process that pulls them as
        the gateway does: CPU time, chunk sizes, delays and allocated bytes of both, and how much goes through at most.

          --rounds N    chats to each server (100)
          --seconds S   measured time of each row of streams (8)
          --threads N   threads of a forward pass (one a core)
        """;

    public bool Overhead { get; init; } = true;

    public bool Streams { get; init; } = true;

    public int Rounds { get; init; } = 100;

    public int Seconds { get; init; } = 8;

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Reads the command line; null when it asks for help or makes no sense, with the sentence to print.</summary>
    public static FleetBenchmarkOptions? Parse(IReadOnlyList<string> arguments, out string message)
    {
        var options = new FleetBenchmarkOptions();
        message = Help;
        for (var i = 0; i < arguments.Count; i++)
        {
            var next = i + 1 < arguments.Count ? arguments[i + 1] : "";
            var number = int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            switch (arguments[i])
            {
                case "overhead": options = options with { Streams = false }; continue;
                case "streams": options = options with { Overhead = false }; continue;
                case "--rounds" when number is > 0 and <= 10_000: options = options with { Rounds = number }; break;
                case "--seconds" when number is > 0 and <= 60: options = options with { Seconds = number }; break;
                case "--threads" when number is > 0 and <= 1024: options = options with { Threads = number }; break;
                case "--help" or "-h": return null;
                default: message = $"bench fleet: cannot make sense of '{arguments[i]} {next}'.\n\n{Help}"; return null;
            }

            i++;
        }

        return options;
    }
}
