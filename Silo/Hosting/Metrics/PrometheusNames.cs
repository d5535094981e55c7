using System.Globalization;
using System.Text;

namespace Preble.Hosting.Metrics;

/// <summary>How OpenTelemetry's names, labels and numbers are spelled in Prometheus text.</summary>
internal static class PrometheusNames
{
    /// <summary>The end of every counter's name.</summary>
    public const string Total = "_total";

    /// <summary><c>preble.step.duration</c> in seconds is <c>preble_step_duration_seconds</c>; a counter ends in <c>_total</c>.</summary>
    public static string Metric(string name, string? unit, bool isCounter)
    {
        var spelled = Clean(name);
        if (Unit(unit) is { } suffix && !spelled.EndsWith("_" + suffix, StringComparison.Ordinal))
        {
            spelled = $"{spelled}_{suffix}";
        }

        return isCounter ? spelled + Total : spelled;
    }

    /// <summary>The unit as a word, which is also the end of the name; null for none.</summary>
    public static string? Unit(string? unit) => unit switch
    {
        "s" => "seconds",
        "By" => "bytes",
        _ => null,
    };

    /// <summary>A bucket's bound. OpenMetrics wants a point in every one, so that nobody takes 1 and 1.0 for two.</summary>
    public static string Bound(double bound, PrometheusFormat format)
    {
        var text = Number(bound);
        return format == PrometheusFormat.OpenMetrics && text.All(char.IsAsciiDigit) ? text + ".0" : text;
    }

    /// <summary>Labels in the order of their names, so that the same set is the same series.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (labels.IsEmpty)
        {
            return "";
        }

        var sorted = labels.ToArray();
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Key, b.Key));
        var text = new StringBuilder();
        foreach (var (name, value) in sorted)
        {
            text.Append(text.Length > 0 ? "," : "").Append(Clean(name)).Append("=\"");
            EscapeValue(text, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
            text.Append('"');
        }

        return text.ToString();
    }

    public static string EscapeHelp(string help, PrometheusFormat format)
    {
        var escaped = help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return format == PrometheusFormat.OpenMetrics ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Clean(string name) =>
        string.Create(name.Length, name, static (spelled, original) =>
        {
            for (var i = 0; i < spelled.Length; i++)
            {
                spelled[i] = char.IsAsciiLetter(original[i]) || (i > 0 && char.IsAsciiDigit(original[i])) ? original[i] : '_';
            }
        });

    private static void EscapeValue(StringBuilder text, string value)
    {
        foreach (var character in value)
        {
            text.Append(character switch
            {
                '\\' => "\\\\",
                '"' => "\\\"",
                '\n' => "\\n",
                _ => character.ToString(),
            });
        }
    }
}
