using System.Text;
using System.Text.RegularExpressions;

namespace Preble.Scenarios;

/// <summary>One line: a verb, a subject, and name=value options.</summary>
internal sealed partial record ScenarioCommand(string Verb, string Subject, IReadOnlyDictionary<string, string> Options)
{
    public static ScenarioCommand Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var options = words.Skip(1).Where(word => word.Contains('=', StringComparison.Ordinal)).Select(word => word.Split('=', 2));
        var subjects = words.Skip(1).Where(word => !word.Contains('=', StringComparison.Ordinal));
        var byName = options.ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new ScenarioCommand(words[0], string.Join(' ', subjects), byName);
    }

    public string Text(string name, string otherwise = "") => Options.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) => Options.TryGetValue(name, out var value) ? int.Parse(value) : otherwise;

    public string Tokens => Spell(Text("tokens"));

    /// <summary><c>a*3+bc</c> is aaabc: one letter a token, + joins, * repeats the letter before it.</summary>
    public static string Spell(string written)
    {
        var text = new StringBuilder();
        foreach (Match match in Letter().Matches(written))
        {
            text.Append(match.Groups["letter"].Value[0], match.Groups["count"].Success ? int.Parse(match.Groups["count"].Value) : 1);
        }

        return text.ToString();
    }

    [GeneratedRegex(@"(?<letter>[^+*])(\*(?<count>\d+))?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Letter();
}
