using System.Diagnostics.Metrics;
using System.Globalization;
using Preble.Hosting.Metrics;
using Preble.Testing;

namespace Preble.Grains.Tests.Hosting;

/// <summary>Whatever is measured under whatever labels is read again as it was, by a reader that knows the format and not our code.</summary>
public sealed class PrometheusPropertyTests
{
    private static readonly string[] Pieces = ["a", "Z", "7", "\\", "\"", "\n", "{", "}", ",", "=", " ", "#", "é", "\u2028", "\ud83e\udd98", "\\n"];
    private static readonly string?[] Units = [null, "s", "By", "{request}"];

    [Theory]
    [InlineData(PrometheusFormat.Plain)]
    [InlineData(PrometheusFormat.OpenMetrics)]
    public async Task All_that_was_measured_is_read_again(PrometheusFormat format)
    {
        var escaped = 0;
        for (var seed = 1UL; seed <= 25; seed++)
        {
            var random = new SeededRandom(seed);
            using var meter = new Meter("property");
            using var text = new PrometheusText(meter);
            text.Start();
            var expected = new Dictionary<(string Name, string A, string B), double>();
            for (var instrument = 0; instrument < 6; instrument++)
            {
                Measure(meter, random, instrument, expected);
            }

            var reader = new PrometheusReader(await text.RenderAsync(format, CancellationToken.None), format == PrometheusFormat.OpenMetrics);
            foreach (var ((name, a, b), value) in expected)
            {
                Assert.Equal(value, reader.Value(name, ("a_label", a), ("b", b)), 1e-9);
                escaped += (a + b).AsSpan().IndexOfAny("\\\"\n") >= 0 ? 1 : 0;
            }
        }

        Assert.True(escaped > 200, $"only {escaped} values had something to escape");
    }

    /// <summary>One instrument, some series of it, and what they come to.</summary>
    private static void Measure(Meter meter, SeededRandom random, int index, Dictionary<(string Name, string A, string B), double> expected)
    {
        var unit = random.Pick(Units);
        var name = string.Create(CultureInfo.InvariantCulture, $"some.thing-{index}");
        var spelled = $"some_thing_{index}" + (unit == "s" ? "_seconds" : unit == "By" ? "_bytes" : "");
        var help = Text(random);
        Action<double, KeyValuePair<string, object?>[]> record;
        string[] ends;
        if (index % 2 == 0)
        {
            var counter = meter.CreateCounter<double>(name, unit, help);
            (record, ends) = ((value, labels) => counter.Add(value, labels), ["_total"]);
        }
        else
        {
            var histogram = meter.CreateHistogram<double>(name, unit, help);
            (record, ends) = ((value, labels) => histogram.Record(value, labels), ["_sum", "_count"]);
        }

        for (var i = 0; i < 30; i++)
        {
            var (a, b, value) = (Text(random), Text(random), random.Below(1000) / 8.0);

            // In both orders: it is one series.
            KeyValuePair<string, object?>[] labels = random.Below(2) == 0 ? [new("a.label", a), new("b", b)] : [new("b", b), new("a.label", a)];
            record(value, labels);
            foreach (var end in ends)
            {
                var key = (spelled + end, a, b);
                expected[key] = expected.GetValueOrDefault(key) + (end == "_count" ? 1 : value);
            }
        }
    }

    private static string Text(SeededRandom random) => string.Concat(Enumerable.Range(0, random.Below(4)).Select(_ => random.Pick(Pieces)));
}
