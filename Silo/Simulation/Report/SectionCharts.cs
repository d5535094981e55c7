using System.Text;

namespace Preble.Simulation.Report;

/// <summary>The plots of one setting. <paramref name="colours"/> gives each policy its colour, the same on the whole page.</summary>
internal sealed class SectionCharts(ReportSection section, IReadOnlyDictionary<string, int> colours)
{
    private static readonly (string Title, Func<RunFigures, double> Value)[] Latencies =
    [
        ("Time to first token, mean (s)", figures => figures.Ttft.Mean),
        ("Time to first token, 99th percentile (s)", figures => figures.Ttft.P99),
        ("End-to-end latency, mean (s)", figures => figures.EndToEnd.Mean),
        ("End-to-end latency, 99th percentile (s)", figures => figures.EndToEnd.P99),
    ];

    public string Html()
    {
        var html = new StringBuilder("<div class=\"legend\">");
        foreach (var policy in section.Policies)
        {
            html.Append("<span>").Append(Marker.Legend(colours[policy])).Append(System.Net.WebUtility.HtmlEncode(policy)).Append("</span>");
        }

        html.Append("</div><div class=\"charts four\">");
        foreach (var (title, value) in Latencies)
        {
            html.Append(section.Rates.Count > 1 ? ByRate(title, value) : Bars(title, value));
        }

        html.Append("</div>");
        foreach (var rate in section.Rates)
        {
            // All but the highest rate are folded away: a page of a whole suite stays readable.
            html.Append(rate.Equals(section.Rates[^1]) ? "<details open=\"open\">" : "<details>");
            html.Append("<summary>").Append(rate > 0 ? $"At {Axis.Text(rate)} requests a second" : "At the trace's own times").Append("</summary>");
            AtRate(html, [.. section.Runs.Where(run => run.Rate.Equals(rate)).Select(run => run.Figures)]);
            html.Append("</details>");
        }

        return html.ToString();
    }

    private void AtRate(StringBuilder html, RunFigures[] runs)
    {
        html.Append("<div class=\"charts\">");
        html.Append(Cdf("Distribution of the time to first token", runs, figures => figures.Ttft.Quantiles));
        html.Append(Cdf("Distribution of the end-to-end latency", runs, figures => figures.EndToEnd.Quantiles));
        html.Append(new LineChart("Prompt tokens found cached, over time", "virtual time (s)", [.. runs.Select(HitLine)])
        {
            YMost = 1, Tip = (x, y) => FormattableString.Invariant($"{x:0} s, {y:0.0%}"),
        }.Svg());
        html.Append("</div><h3>Requests in flight on each worker, over time</h3><div class=\"charts\">");
        foreach (var run in runs)
        {
            html.Append(LoadMap.Svg(run.Policy, run.Load));
        }

        html.Append("</div>");
    }

    private string ByRate(string title, Func<RunFigures, double> value) =>
        new LineChart(title, "requests a second", [.. section.Policies.Select(policy => new Line(policy, colours[policy], [
            .. section.Runs.Where(run => run.Figures.Policy == policy).OrderBy(run => run.Rate).Select(run => (run.Rate, value(run.Figures)))]))])
        {
            Markers = true, LogY = true, Tip = (x, y) => FormattableString.Invariant($"{x:0.##}/s, {y:0.000} s"),
        }.Svg();

    private string Bars(string title, Func<RunFigures, double> value) =>
        new BarChart(title, [.. section.Runs.Select(run => (run.Figures.Policy, colours[run.Figures.Policy], value(run.Figures)))]).Svg();

    private string Cdf(string title, RunFigures[] runs, Func<RunFigures, IReadOnlyList<double>> quantiles) =>
        new LineChart(title, "seconds", [.. runs.Select(run => new Line(run.Policy, colours[run.Policy], Shares(quantiles(run))))])
        {
            YMost = 1, LogX = true, Tip = (x, y) => FormattableString.Invariant($"{y:0.0%} within {x:0.000} s"),
        }.Svg();

    private static (double X, double Y)[] Shares(IReadOnlyList<double> quantiles) =>
        [.. quantiles.Select((value, at) => (value, (double)at / (quantiles.Count - 1)))];

    private Line HitLine(RunFigures run)
    {
        // A few stretches together: the ratio of one second is noise.
        var hits = run.Hits;
        var together = Math.Max(1, hits.Count / 24);
        var points =
            from stretch in Enumerable.Range(0, hits.Count).Chunk(together)
            let all = stretch.Sum(at => hits[1, at])
            where all > 0
            select ((stretch[0] + (stretch.Length / 2.0)) * hits.Width, stretch.Sum(at => hits[0, at]) / all);
        return new Line(run.Policy, colours[run.Policy], [.. points]);
    }
}
