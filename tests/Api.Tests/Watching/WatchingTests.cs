using System.Text.Json;
using Preble.Testing;

namespace Preble.Api.Tests.Watching;

/// <summary>The dashboard and the alerts name what the program measures, and are laid out as they should be.</summary>
public sealed class WatchingTests
{
    /// <summary>What Prometheus itself adds.</summary>
    private static readonly string[] OfPrometheus = ["le", "instance", "job"];

    private static IReadOnlyList<JsonElement> Panels { get; } = [.. Dashboard().GetProperty("panels").EnumerateArray()];

    [Fact]
    public async Task Every_metric_and_label_of_the_dashboard_is_measured()
    {
        var queries = Panels.Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("expr").GetString()!)).ToList();
        Assert.True(queries.Count > 40, $"{queries.Count} queries");
        await AssertMeasuredAsync(queries);
    }

    [Fact]
    public async Task Every_metric_and_label_of_the_alerts_is_measured() => await AssertMeasuredAsync(AlertRules.Read().Select(rule => rule.Query));

    [Fact]
    public void Every_alert_says_how_bad_it_is_what_it_means_and_what_to_read()
    {
        var rules = AlertRules.Read();
        Assert.True(rules.Count >= 9, $"{rules.Count} rules");
        Assert.Equal(rules.Count, rules.Select(rule => rule.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(rules, rule =>
        {
            Assert.Matches("^Preble[A-Za-z]+$", rule.Name);
            Assert.Contains(rule.Facts["severity"], new[] { "critical", "warning" });
            Assert.True(rule.Facts["summary"].Length > 10 && rule.Facts["description"].Length > 40, rule.Name);
            Assert.True(File.Exists(Path.Combine(RepositoryPaths.Root, rule.Facts["runbook_url"])), rule.Facts["runbook_url"]);
        });
    }

    [Fact]
    public void No_two_panels_have_an_id_or_a_place_in_common_and_each_has_a_title_and_a_unit()
    {
        Assert.Equal(Panels.Count, Panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        var taken = new HashSet<(int X, int Y)>();
        foreach (var panel in Panels)
        {
            Assert.NotEmpty(panel.GetProperty("title").GetString()!);
            var place = panel.GetProperty("gridPos");
            var (x, y, width, height) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
            Assert.True(x + width <= 24, "a panel ends beyond the right edge");
            Assert.All(from column in Enumerable.Range(x, width) from line in Enumerable.Range(y, height) select (column, line), cell => Assert.True(taken.Add(cell), $"two panels at {cell}"));
            Assert.True(panel.GetProperty("type").GetString() == "row" || panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!.Length > 0);
        }
    }

    [Fact]
    public void Every_variable_is_used_and_every_used_one_is_there()
    {
        var text = Dashboard().GetProperty("panels").GetRawText();
        var names = Dashboard().GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => variable.GetProperty("name").GetString()!).ToList();
        Assert.Equal(["datasource", "model", "worker"], names);
        Assert.All(names, name => Assert.True(text.Contains($"${name}", StringComparison.Ordinal) || text.Contains($"${{{name}}}", StringComparison.Ordinal), name));
    }

    [Fact]
    public void The_reader_of_queries_sees_metrics_labels_and_groups() => Assert.Equal(
        [("a_total", "x,worker"), ("b", "worker")],
        PromQuery.Read("sum by (worker) (rate(a_total{x=~\"b|c\"}[5m])) / max by (worker) (b) > 0.5").Select(use => (use.Metric, string.Join(',', use.Labels))));

    private static JsonElement Dashboard() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryPaths.Root, "Silo/deploy/grafana/preble.json"))).RootElement;

    private static async Task AssertMeasuredAsync(IEnumerable<string> queries)
    {
        var measured = await Instruments.ReadAsync();
        var unknown =
            from query in queries
            let uses = PromQuery.Read(query)
            from use in uses.Count > 0 ? uses : throw new InvalidOperationException($"no metric in {query}")
            from complaint in measured.TryGetValue(use.Metric, out var labels)
                ? use.Labels.Where(label => !labels.Contains(label) && !OfPrometheus.Contains(label)).Select(label => $"{use.Metric} has no label {label}")
                : [$"{use.Metric} is not measured"]
            select $"{complaint}: {query}";
        Assert.Empty(unknown);
    }
}
