using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Preble.Testing;

/// <summary>One line of metrics.</summary>
public sealed record PrometheusSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value, IReadOnlyDictionary<string, string>? Exemplar);

/// <summary>
/// Reads metrics character by character, as dumbly as the format allows, and throws at whatever Prometheus would not like: a sample without its
/// family, a series twice, buckets that shrink, a name or an escape that is none.
/// </summary>
public sealed partial class PrometheusReader
{
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly List<PrometheusSample> _samples = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly bool _open;
    private string _family = "";

    /// <param name="openMetrics">Whether it is the newer format, with its end, its units and its exemplars.</param>
    public PrometheusReader(string text, bool openMetrics)
    {
        _open = openMetrics;
        var lines = text.Split('\n');
        Require(lines[^1].Length == 0, "the last line ends, too");
        Require(!openMetrics || (lines.Length > 1 && lines[^2] == "# EOF"), "OpenMetrics says where it ends");
        foreach (var line in openMetrics ? lines[..^2] : lines[..^1])
        {
            if (line.StartsWith('#'))
            {
                ReadComment(line.Split(' ', 4));
            }
            else
            {
                ReadSample(line);
            }
        }

        CheckHistograms();
    }

    /// <summary>Of each family: counter, gauge or histogram.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    public IReadOnlyList<PrometheusSample> Samples => _samples;

    public double Value(string name, params (string Name, string Value)[] labels) => _samples.Single(
        sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value)).Value;

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new FormatException($"Not what Prometheus reads: {what}.");
        }
    }

    private void ReadComment(string[] words)
    {
        Require(words.Length >= 3 && words[1] is "HELP" or "TYPE" or "UNIT", string.Join(' ', words));
        if (words[1] == "HELP")
        {
            _family = words[2];
            Require(!_types.ContainsKey(_family), $"{_family} stands twice");
        }

        Require(words[2] == _family, $"{words[1]} of {words[2]} stands in {_family}");
        if (words[1] == "TYPE")
        {
            Require(words[3] is "counter" or "gauge" or "histogram", words[3]);
            Require(!_open || words[3] != "counter" || !_family.EndsWith("_total", StringComparison.Ordinal), "the family of a counter has no _total");
            _types.Add(_family, words[3]);
        }

        Require(words[1] != "UNIT" || (_open && _family.EndsWith("_" + words[3], StringComparison.Ordinal)), "a unit is the end of the name");
    }

    private void ReadSample(string line)
    {
        var at = 0;
        while (at < line.Length && line[at] is not ('{' or ' '))
        {
            at++;
        }

        var name = line[..at];
        Require(MetricName().IsMatch(name), $"'{name}' as a name");
        var type = _types.GetValueOrDefault(_family) ?? "";
        string[] ends = type == "histogram" ? ["_bucket", "_sum", "_count"] : type == "counter" && _open ? ["_total"] : [""];
        Require(ends.Any(end => name == _family + end), $"{name} stands in {_family}, a {type}");
        Require(type != "counter" || name.EndsWith("_total", StringComparison.Ordinal), $"the counter {name} ends in _total");
        var labels = line[at] == '{' ? ReadLabels(line, ref at) : new Dictionary<string, string>(StringComparer.Ordinal);
        Require(_seen.Add(line[..at]), $"{line[..at]} stands twice");
        Require(line[at] == ' ', "a space before the value");
        var rest = line[(at + 1)..].Split(" # ", 2);
        Dictionary<string, string>? exemplar = null;
        if (rest.Length == 2)
        {
            Require(_open && name.EndsWith("_bucket", StringComparison.Ordinal), "an exemplar has its place");
            var inside = 0;
            exemplar = ReadLabels(rest[1], ref inside);
            _ = rest[1][(inside + 1)..].Split(' ').Select(Number).ToList();
        }

        _samples.Add(new PrometheusSample(name, labels, Number(rest[0]), exemplar));
    }

    private static Dictionary<string, string> ReadLabels(string line, ref int at)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        Require(line[at++] == '{', "a brace");
        while (line[at] != '}')
        {
            var equals = line.IndexOf("=\"", at, StringComparison.Ordinal);
            var name = line[at..equals];
            Require(LabelName().IsMatch(name), $"'{name}' as a label");
            at = equals + 2;
            var value = new StringBuilder();
            while (line[at] != '"')
            {
                value.Append(line[at] != '\\' ? line[at] : line[++at] switch
                {
                    'n' => '\n',
                    '\\' => '\\',
                    '"' => '"',
                    var other => throw new FormatException($"\\{other} is no escape"),
                });
                at++;
            }

            labels.Add(name, value.ToString());
            at += line[at + 1] == ',' ? 2 : 1;
        }

        at++;
        return labels;
    }

    private static double Number(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    private void CheckHistograms()
    {
        var histograms = _samples.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal))
            .GroupBy(sample => sample.Name + string.Join(',', sample.Labels.Where(label => label.Key != "le").Select(label => $"{label.Key}={label.Value}")));
        foreach (var buckets in histograms.Select(group => group.ToList()))
        {
            var bounds = buckets.ConvertAll(bucket => Number(bucket.Labels["le"]));
            Require(bounds.Zip(bounds.Skip(1)).All(pair => pair.First < pair.Second) && double.IsPositiveInfinity(bounds[^1]), "bounds rise to infinity");
            Require(buckets.Zip(buckets.Skip(1)).All(pair => pair.First.Value <= pair.Second.Value), "buckets hold those below them");
            var labels = buckets[^1].Labels.Where(label => label.Key != "le").Select(label => (label.Key, label.Value)).ToArray();
            var count = _samples.Single(sample => sample.Name == buckets[0].Name.Replace("_bucket", "_count", StringComparison.Ordinal)
                && sample.Labels.Count == labels.Length && labels.All(label => sample.Labels.GetValueOrDefault(label.Key) == label.Value));
            Require(count.Value.Equals(buckets[^1].Value), "the last bucket holds all");
        }
    }

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*$", RegexOptions.None, 1000)]
    private static partial Regex MetricName();

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$", RegexOptions.None, 1000)]
    private static partial Regex LabelName();
}
