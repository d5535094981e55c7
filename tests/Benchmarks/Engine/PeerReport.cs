using System.Globalization;
using System.Text.Json;

namespace Preble.Benchmarks.Engine;

/// <summary>The comparison's rows for people, beside what is aimed at, and as JSON.</summary>
internal static class PeerReport
{
    private const string Schema = "preble-engine-peer/1";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Heading { get; } =
        $"{"tok/s, median (min–max)",-20}{"width",10}{"ours",24}{"llama.cpp",24}{"ratio",8}   aimed at: Zen 4 / Intel";

    public static string Line(PeerRow row) => Text(
        $"{row.Case.Name,-20}{row.WidthName,10}{Show(row.Ours),24}{Show(row.Peer),24}{row.Ratio,8:F2}   {Target(row)}");

    public static string ToJson(EngineBenchmarkOptions options, IReadOnlyList<PeerRow> rows) => JsonSerializer.Serialize(
        new
        {
            schema = Schema,
            machine = Machine.Describe(),
            threads = options.Threads,
            rounds = options.Rounds,
            rows = rows.Select(row => new
            {
                @case = row.Case.Name,
                width = row.WidthName,
                file = row.Files,
                ours = row.Ours,
                peer = row.Peer,
                ratio = row.Ratio,
                targetZen4 = row.Width?.Targets[row.CaseIndex].Zen4,
                targetIntel = row.Width?.Targets[row.CaseIndex].Intel,
            }),
        },
        Indented);

    private static string Target(PeerRow row) =>
        row.Width is null ? "" : Text($"{row.Width.Targets[row.CaseIndex].Zen4:0.0}× / {row.Width.Targets[row.CaseIndex].Intel:0.0}×");

    private static string Show(IReadOnlyList<double> values) =>
        values.Count == 0 ? "–" : Text($"{PeerRow.Median(values):F0} ({values.Min():F0}–{values.Max():F0})");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
