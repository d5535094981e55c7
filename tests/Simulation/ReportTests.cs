using System.Xml;
using System.Xml.Linq;
using Preble.Simulation.Report;

namespace Preble.Simulation.Tests;

/// <summary>The page is read as XML, which is stricter than any browser.</summary>
public sealed class ReportTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(9, 3)]
    public void A_page_has_a_line_or_a_bar_for_each_policy_in_each_plot_and_needs_nothing_beside_it(int policies, int rates)
    {
        var runs = from rate in Enumerable.Range(1, rates)
                   from policy in Enumerable.Range(0, policies)
                   select new ReportRun(3 * rate, Figures($"policy <{policy}> & \"more\"", 3 * rate));
        var text = ReportPage.Of("--rates 3 --html \"a&b\"", [new ReportSection("toolbench", "--rate 3", [.. runs])]);
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        var page = XDocument.Load(reader);
        string Class(XElement element) => (string?)element.Attribute("class") ?? "";
        var figures = page.Descendants("figure").ToList();
        Assert.Equal(4 + (rates * (3 + policies)), figures.Count);
        var lines = figures.Select(figure => figure.Descendants("path").Count(path => Class(path).StartsWith("line c", StringComparison.Ordinal))).ToList();
        var bars = figures.Select(figure => figure.Descendants("rect").Count(rect => Class(rect).StartsWith('f'))).ToList();
        Assert.Equal(((rates > 1 ? 4 : 0) + (rates * 3)) * policies, lines.Sum());
        Assert.Equal(rates > 1 ? 0 : 4 * policies, bars.Sum());
        Assert.Equal(policies, page.Descendants("div").Single(div => Class(div) == "legend").Elements("span").Count());
        Assert.Equal(policies * rates, page.Descendants("tbody").Single().Elements("tr").Count());
        Assert.DoesNotContain("http", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.02, 40, true)]
    [InlineData(1, 20, false)]
    public void An_axis_is_logarithmic_when_its_values_lie_far_apart_and_ticks_lie_on_it(double least, double most, bool log)
    {
        var axis = Axis.Of([least, most], mayBeLog: true);
        Assert.Equal(log, axis.Log);
        Assert.InRange(axis.Ticks().Count, 3, 12);
        Assert.All(axis.Ticks(), tick => Assert.InRange(tick, axis.Least, axis.Most));
        Assert.True(axis.Share(least) < axis.Share(most));
    }

    [Fact]
    public void Stretches_of_time_double_and_lose_nothing()
    {
        var buckets = new TimeBuckets(2);
        for (var second = 0; second < 1000; second++)
        {
            buckets.Add(1, TimeSpan.FromSeconds(second + 0.5), 2);
        }

        Assert.Equal(16, buckets.Width);
        Assert.Equal(63, buckets.Count);
        Assert.Equal(2000, Enumerable.Range(0, buckets.Count).Sum(at => buckets[1, at]));
        Assert.Equal(32, buckets[1, 10]);
    }

    private static RunFigures Figures(string policy, double rate)
    {
        var run = new SimulationRun(Simulations.Options(), Simulations.Workload("toolbench", 20, rate), name: policy);
        return run.Run();
    }
}
