using System.Globalization;
using System.Net;
using System.Text;

namespace Preble.Simulation.Report;

/// <summary>The figures of a section as a table; the best of each rate is bold where there is a best.</summary>
internal static class FigureTable
{
    private static readonly (string Name, Func<RunFigures, double> Value, string Format, int Better)[] Columns =
    [
        ("latency mean s", figures => figures.EndToEnd.Mean, "0.000", -1),
        ("p50", figures => figures.EndToEnd.P50, "0.000", -1),
        ("p99", figures => figures.EndToEnd.P99, "0.000", -1),
        ("first token mean s", figures => figures.Ttft.Mean, "0.000", -1),
        ("p50", figures => figures.Ttft.P50, "0.000", -1),
        ("p99", figures => figures.Ttft.P99, "0.000", -1),
        ("per token mean s", figures => figures.Tpot.Mean, "0.0000", -1),
        ("p99", figures => figures.Tpot.P99, "0.0000", -1),
        ("requests/s", figures => figures.RequestsPerSecond, "0.00", 1),
        ("tokens/s", figures => figures.OutputTokensPerSecond, "0", 1),
        ("cached", figures => figures.HitRatio, "0.0 %", 1),
        ("busy", figures => figures.Busy, "0.0 %", 0),
        ("imbalance", figures => figures.Imbalance, "0.00", -1),
        ("in time", figures => figures.SloShare ?? double.NaN, "0.0 %", 1),
        ("refused", figures => figures.RefusedCount, "0", 0),
        ("scheduler µs", figures => figures.SchedulerMicroseconds, "0.0", 0),
    ];

    public static string Html(ReportSection section)
    {
        var html = new StringBuilder("<div class=\"wide\"><table><thead><tr><th>policy</th><th>rate</th>");
        foreach (var column in Columns)
        {
            html.Append("<th>").Append(column.Name).Append("</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var rate in section.Rates)
        {
            var runs = section.Runs.Where(run => run.Rate.Equals(rate)).ToArray();
            for (var i = 0; i < runs.Length; i++)
            {
                html.Append(i == 0 ? "<tr class=\"first\">" : "<tr>").Append("<td>").Append(WebUtility.HtmlEncode(runs[i].Figures.Policy)).Append("</td><td>");
                html.Append(rate > 0 ? rate.ToString("0.###", CultureInfo.InvariantCulture) : "–").Append("</td>");
                Cells(html, runs[i].Figures, runs);
                html.Append("</tr>");
            }
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    private static void Cells(StringBuilder html, RunFigures figures, ReportRun[] runs)
    {
        foreach (var (_, value, format, better) in Columns)
        {
            string Text(double number) => double.IsNaN(number) ? "–" : number.ToString(format, CultureInfo.InvariantCulture);
            var best = better == 0 ? "" : Text(better < 0 ? runs.Min(run => value(run.Figures)) : runs.Max(run => value(run.Figures)));
            var text = Text(value(figures));
            var all = runs.All(run => Text(value(run.Figures)) == text);
            html.Append(text == best && !all ? "<td class=\"best\">" : "<td>").Append(text).Append("</td>");
        }
    }
}
