using System.Text.RegularExpressions;

namespace Preble.Api.Tests.Watching;

/// <summary>The metrics that a query names, each with the labels that it asks of it, as far as our own queries go.</summary>
internal static partial class PromQuery
{
    private static readonly string[] Words =
        ["by", "without", "on", "ignoring", "and", "or", "unless", "sum", "max", "min", "avg", "count", "le"];

    /// <summary>Labels that the query groups by are asked of every metric that it names.</summary>
    public static IReadOnlyList<(string Metric, IReadOnlyList<string> Labels)> Read(string query)
    {
        var found = new List<(string Metric, List<string> Labels)>();
        var grouped = new List<string>();
        var rest = Grouping().Replace(query, match =>
        {
            grouped.AddRange(match.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            return " ";
        });
        rest = Selector().Replace(rest, match =>
        {
            found.Add((match.Groups["metric"].Value, [.. Matcher().Matches(match.Groups["matchers"].Value).Select(matcher => matcher.Groups["label"].Value)]));
            return " ";
        });
        rest = Range().Replace(rest, " ");
        found.AddRange(Bare().Matches(rest).Select(match => match.Value).Where(word => !Words.Contains(word)).Select(word => (word, new List<string>())));
        return [.. found.Select(use => (use.Metric, (IReadOnlyList<string>)[.. use.Labels.Concat(grouped).Distinct()]))];
    }

    [GeneratedRegex(@"\b(by|without|on|ignoring)\s*\((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?<metric>[a-zA-Z_:][a-zA-Z0-9_:]*)\{(?<matchers>[^}]*)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Selector();

    [GeneratedRegex(@"(?<label>[a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\[[^\]]*\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Range();

    [GeneratedRegex(@"\b[a-zA-Z_][a-zA-Z0-9_]*\b(?!\s*\()", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bare();
}
