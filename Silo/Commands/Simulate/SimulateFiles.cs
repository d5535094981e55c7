using System.Globalization;
using System.Text;
using System.Text.Json;
using Preble.Simulation;
using Preble.Simulation.Report;

namespace Preble.Commands.Simulate;

/// <summary>The figures as files: a row of values, or an object, for each run. Times are in seconds.</summary>
internal static class SimulateFiles
{
    private static readonly (string Name, Func<SimulateRow, double> Value)[] Columns =
    [
        ("rate", row => row.Rate),
        ("requests", row => row.Figures.Ended),
        ("refused", row => row.Figures.RefusedCount),
        ("moved", row => row.Figures.MovedCount),
        ("e2e_mean", row => row.Figures.EndToEnd.Mean),
        ("e2e_p50", row => row.Figures.EndToEnd.P50),
        ("e2e_p99", row => row.Figures.EndToEnd.P99),
        ("ttft_mean", row => row.Figures.Ttft.Mean),
        ("ttft_p50", row => row.Figures.Ttft.P50),
        ("ttft_p99", row => row.Figures.Ttft.P99),
        ("tpot_mean", row => row.Figures.Tpot.Mean),
        ("tpot_p50", row => row.Figures.Tpot.P50),
        ("tpot_p99", row => row.Figures.Tpot.P99),
        ("requests_per_second", row => row.Figures.RequestsPerSecond),
        ("output_tokens_per_second", row => row.Figures.OutputTokensPerSecond),
        ("hit_ratio", row => row.Figures.HitRatio),
        ("busy", row => row.Figures.Busy),
        ("imbalance", row => row.Figures.Imbalance),
        ("ttft_slo_share", row => row.Figures.SloShare ?? double.NaN),
        ("preemptions", row => row.Figures.Preemptions),
        ("exploited", row => row.Figures.Reasons.GetValueOrDefault(PlacementReason.Exploit)),
        ("explored", row => row.Figures.Reasons.GetValueOrDefault(PlacementReason.Explore)),
        ("scheduler_us", row => row.Figures.SchedulerMicroseconds),
        ("wall_seconds", row => row.Figures.WallSeconds),
    ];

    /// <summary>Writes what has ended so far.</summary>
    /// <exception cref="CommandFailure">A file cannot be written.</exception>
    public static void Write(SimulateRequest request, IReadOnlyList<SimulateRow> rows)
    {
        Save(request.CsvPath, () => Csv(rows));
        Save(request.JsonPath, () => Json(request, rows));
        Save(request.HtmlPath, () => ReportPage.Of(request.Arguments, ReportSections.Of(rows)));
    }

    public static string Csv(IReadOnlyList<SimulateRow> rows)
    {
        var text = new StringBuilder("workload,workers,gpu,seed,policy,").AppendJoin(',', Columns.Select(column => column.Name)).Append('\n');
        foreach (var row in rows)
        {
            var plan = row.Job.Plan;
            text.Append(
                CultureInfo.InvariantCulture, $"{plan.Workload.Name},{plan.Options.Workers},{plan.Options.Gpu.Name},{plan.Options.Seed},{row.Figures.Policy}");
            foreach (var column in Columns)
            {
                var value = column.Value(row);
                text.Append(',').Append(double.IsNaN(value) ? "" : value.ToString("0.######", CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Json(SimulateRequest request, IReadOnlyList<SimulateRow> rows)
    {
        var runs = rows.Select(row =>
        {
            var run = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["workload"] = row.Job.Plan.Workload.Name, ["workers"] = row.Job.Plan.Options.Workers, ["gpu"] = row.Job.Plan.Options.Gpu.Name,
                ["seed"] = row.Job.Plan.Options.Seed, ["arguments"] = row.Job.Plan.Arguments, ["policy"] = row.Figures.Policy,
            };
            foreach (var column in Columns)
            {
                run[column.Name] = column.Value(row) is var value && double.IsNaN(value) ? null : value;
            }

            return run;
        });
        return JsonSerializer.Serialize(
            new Dictionary<string, object>(StringComparer.Ordinal) { ["arguments"] = request.Arguments, ["runs"] = runs });
    }

    private static void Save(string path, Func<string> text)
    {
        if (path.Length == 0)
        {
            return;
        }

        try
        {
            File.WriteAllText(path, text());
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"{path} cannot be written: {wrong.Message}", wrong);
        }
    }
}
