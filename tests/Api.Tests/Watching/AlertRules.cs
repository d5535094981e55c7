using System.Text.RegularExpressions;
using Preble.Testing;

namespace Preble.Api.Tests.Watching;

/// <summary>One alert of the rules file.</summary>
internal sealed record AlertRule(string Name, string Query, IReadOnlyDictionary<string, string> Facts);

/// <summary>Reads the rules file line by line in the one form that we write it in, and stumbles over any other.</summary>
internal static partial class AlertRules
{
    public static IReadOnlyList<AlertRule> Read()
    {
        var rules = new List<AlertRule>();
        var (name, query, facts, inBlock) = ("", "", new Dictionary<string, string>(StringComparer.Ordinal), false);
        var lines = File.ReadAllLines(Path.Combine(RepositoryPaths.Root, "Silo/deploy/alerts/preble.rules.yaml"));
        foreach (var line in lines.SkipWhile(line => line != "    rules:").Skip(1).Append("      - alert: end"))
        {
            if (line.StartsWith("      - alert: ", StringComparison.Ordinal))
            {
                if (name.Length > 0)
                {
                    rules.Add(new AlertRule(name, query, facts));
                }

                (name, query, facts, inBlock) = (line[15..], "", new Dictionary<string, string>(StringComparer.Ordinal), false);
            }
            else if (inBlock && line.StartsWith("          ", StringComparison.Ordinal))
            {
                query += line.Trim() + " ";
            }
            else if (Fact().Match(line) is { Success: true } fact)
            {
                inBlock = fact.Groups["key"].Value == "expr" && fact.Groups["value"].Value == "|";
                query = fact.Groups["key"].Value == "expr" && !inBlock ? fact.Groups["value"].Value : query;
                facts.Add(fact.Groups["key"].Value, fact.Groups["value"].Value);
            }
            else
            {
                Assert.True(line.Trim().Length == 0, $"'{line}' is not in the form of our rules");
            }
        }

        return rules;
    }

    [GeneratedRegex("^ {8,10}(?<key>[a-z_]+):( (?<value>.+))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fact();
}
