using System.Globalization;
using System.Text;

namespace Preble.Commands.Load;

/// <summary>Makes prompts that share prefixes: a system message of plain words, the same for all requests of a prefix, and a question of its own.</summary>
internal sealed class LoadPrompts
{
    // Common words, so that nearly every one is one token in any vocabulary.
    private static readonly string[] Words =
    [
        "time", "year", "people", "way", "day", "man", "thing", "woman", "life", "child", "world", "school", "state", "family",
        "student", "group", "country", "problem", "hand", "part", "place", "case", "week", "company", "system", "program", "question",
        "work", "government", "number", "night", "point", "home", "water", "room", "mother", "area", "money", "story", "fact", "month",
        "lot", "right", "study", "book", "eye", "job", "word", "business", "issue", "side", "kind", "head", "house", "service", "friend",
    ];

    private readonly string[] _prefixes;

    public LoadPrompts(LoadOptions options) => _prefixes =
        [.. Enumerable.Range(0, options.Prefixes).Select(prefix => Text(options.PrefixTokens, new Random(HashCode(options.Seed, prefix))))];

    public string Prefix(int request) => _prefixes[request % _prefixes.Length];

    public static string Question(int request) =>
        string.Create(CultureInfo.InvariantCulture, $"Question {request}: what do you make of {Words[request % Words.Length]}?");

    private static int HashCode(int seed, int prefix) => (seed * 1_000_003) + prefix;

    private static string Text(int tokens, Random random)
    {
        var text = new StringBuilder("Answer briefly. Notes:");
        for (var i = 0; i < tokens; i++)
        {
            text.Append(' ').Append(Words[random.Next(Words.Length)]);
        }

        return text.ToString();
    }
}
