using System.Text.Json;

namespace Preble.Deploy.Reading;

/// <summary>A Dockerfile's instructions, with lines that go on put together.</summary>
internal sealed class Dockerfile
{
    private readonly List<(string Word, string Tail)> _instructions = [];

    public Dockerfile(string text)
    {
        foreach (var line in text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(line => line.Trim()))
        {
            if (line.Length > 0 && line[0] != '#')
            {
                var parts = line.Split(' ', 2);
                _instructions.Add((parts[0], parts[1].Trim()));
            }
        }
    }

    public IEnumerable<string> Words => _instructions.Select(one => one.Word).Distinct();

    /// <summary>All of that word, in order, over all stages.</summary>
    public IReadOnlyList<string> All(string word) => [.. _instructions.Where(one => one.Word == word).Select(one => one.Tail)];

    /// <summary>Of the last stage, which is what runs.</summary>
    public string Last(string word) => _instructions.Skip(_instructions.FindLastIndex(one => one.Word == "FROM")).Last(one => one.Word == word).Tail;

    /// <summary>The words of a command in its form without a shell.</summary>
    public static string[] Command(string form) => JsonSerializer.Deserialize<string[]>(form[form.IndexOf('[', StringComparison.Ordinal)..])!;

    /// <summary>What comes from the repository and not from another stage.</summary>
    public IEnumerable<string> Copied => All("COPY").Where(rest => !rest.StartsWith("--from", StringComparison.Ordinal)).SelectMany(rest => rest.Split(' ')[..^1]);
}
