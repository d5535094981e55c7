using System.Globalization;
using Preble.Simulation;
using Spectre.Console;

namespace Preble.Commands.Simulate;

/// <summary>The table of a simulation: a column a run.</summary>
internal static class SimulateReport
{
    private static readonly (string Name, Func<RunFigures, string> Text)[] Lines =
    [
        ("end to end, mean s", figures => Seconds(figures.EndToEnd.Mean)),
        ("  p50", figures => Seconds(figures.EndToEnd.P50)),
        ("  p99", figures => Seconds(figures.EndToEnd.P99)),
        ("time to first token, mean s", figures => Seconds(figures.Ttft.Mean)),
        ("  p50", figures => Seconds(figures.Ttft.P50)),
        ("  p99", figures => Seconds(figures.Ttft.P99)),
        ("time per output token, mean s", figures => Seconds(figures.Tpot.Mean)),
        ("  p50", figures => Seconds(figures.Tpot.P50)),
        ("  p99", figures => Seconds(figures.Tpot.P99)),
        ("requests/s", figures => Number($"{figures.RequestsPerSecond:0.00}")),
        ("output tokens/s", figures => Number($"{figures.OutputTokensPerSecond:0}")),
        ("hit ratio", figures => Number($"{figures.HitRatio:0.0%}")),
        ("workers busy", figures => Number($"{figures.Busy:0.0%}")),
        ("imbalance (busiest / mean)", figures => Number($"{figures.Imbalance:0.00}")),
        ("first token in time", figures => figures.SloShare is { } share ? Number($"{share:0.0%}") : "–"),
        ("preemptions", figures => Number($"{figures.Preemptions}")),
        ("refused, moved", figures => Number($"{figures.RefusedCount}, {figures.MovedCount}")),
        ("scheduler, wall µs a decision", figures => Number($"{figures.SchedulerMicroseconds:0.0}")),
        ("wall s", figures => Number($"{figures.WallSeconds:0.0}")),
    ];

    /// <summary>So many columns fit beside each other.</summary>
    private const int MostColumns = 6;

    public static void Write(IReadOnlyList<SimulateRow> rows)
    {
        foreach (var some in rows.Chunk(MostColumns))
        {
            var table = new Table().Border(Console.IsOutputRedirected ? TableBorder.Markdown : TableBorder.Rounded).AddColumn("");
            foreach (var row in some)
            {
                var rate = row.Rate > 0 ? Number($" {row.Rate:0.###}/s") : "";
                table.AddColumn(new TableColumn(Markup.Escape(row.Figures.Policy + rate)).RightAligned());
            }

            foreach (var (name, text) in Lines)
            {
                table.AddRow([name, .. some.Select(row => text(row.Figures))]);
            }

            AnsiConsole.Write(table);
        }
    }

    private static string Seconds(double seconds) => Number($"{seconds:0.000}");

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
