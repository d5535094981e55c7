using System.Globalization;

namespace Preble.Benchmarks.Index;

/// <summary>What `./preble bench index` was asked for.</summary>
internal sealed record IndexOptions
{
    public const string Help = """
        usage: ./preble bench index --trace FILE [--workers N] [--repeat N] [--rounds N] [--spread] [--largest N] [--json]

        The prefix index on a request trace of JSON lines with "hash_ids" (the Mooncake traces, 512 tokens a block), single thread.
        Requests are stored as they come: found, given to a worker, told of by that worker's numbered events.

          --workers N   workers (256)
          --repeat N    that many copies of the trace, no block shared between copies (1)
          --rounds N    rounds of finds over the full index, and more until 2 s are over; the best counts, as in the figures we compare
                        with (5)
          --spread      workers take turns, whatever they hold. Otherwise the best overlap decides where it is over half of the prompt
                        or takes a turn, so that every worker comes to hold what all requests share
          --largest N   the largest index of the growth curve in blocks, from 10,000 up by tens; 0 leaves it out (1000000)
          --json        one JSON object instead of the tables
        """;

    public string Trace { get; init; } = "";

    public int Workers { get; init; } = 256;

    public int Repeat { get; init; } = 1;

    public int Rounds { get; init; } = 5;

    public bool Spread { get; init; }

    public int Largest { get; init; } = 1_000_000;

    public bool Json { get; init; }

    /// <summary>Reads the command line; null when it makes no sense or asks for help, with what to print.</summary>
    public static IndexOptions? Parse(IReadOnlyList<string> arguments, out string message)
    {
        var options = new IndexOptions();
        message = Help;
        for (var i = 0; i < arguments.Count; i++)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : -1;
            switch (arguments[i])
            {
                case "--json": options = options with { Json = true }; continue;
                case "--spread": options = options with { Spread = true }; continue;
                case "--trace" when value.Length > 0: options = options with { Trace = value }; break;
                case "--workers" when number > 0: options = options with { Workers = number }; break;
                case "--repeat" when number > 0: options = options with { Repeat = number }; break;
                case "--rounds" when number > 0: options = options with { Rounds = number }; break;
                case "--largest" when number >= 0: options = options with { Largest = number }; break;
                case "--help" or "-h": return null;
                default: message = $"bench index: cannot make sense of '{arguments[i]} {value}'.\n\n{Help}"; return null;
            }

            i++;
        }

        if (File.Exists(options.Trace))
        {
            return options;
        }

        message = options.Trace.Length == 0
            ? $"bench index: --trace FILE is needed; traces are no part of this repository.\n\n{Help}"
            : $"bench index: there is no trace at '{options.Trace}'; traces are no part of this repository.";
        return null;
    }
}
