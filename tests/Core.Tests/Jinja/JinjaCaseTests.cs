using System.Text.Json;
using Preble.Core.Text;
using Preble.Core.Text.Jinja;
using Preble.Testing;

namespace Preble.Core.Tests.Jinja;

/// <summary>Small templates for every feature. Each row holds a template and what the reference makes of it: a text, or an error.</summary>
public sealed class JinjaCaseTests
{
    private static readonly string Folder = Path.Combine(RepositoryPaths.Goldens, "jinja");

    [Theory]
    [InlineData("whitespace", 30)]
    [InlineData("expressions", 40)]
    [InlineData("statements", 45)]
    [InlineData("filters", 40)]
    [InlineData("methods", 20)]
    [InlineData("tests", 200)]
    public void Templates_print_what_the_reference_prints(string group, int fewest)
    {
        var differences = Rows(group).Select(row => Difference(row)).OfType<string>().ToArray();
        Assert.True(differences.Length == 0, string.Join('\n', differences));
        Assert.True(Rows(group).Count >= fewest, $"only {Rows(group).Count} rows in {group}");
    }

    [Fact]
    public void Failing_templates_fail_with_the_reference_s_words()
    {
        var differences = Rows("errors").Select(row => Difference(row)).OfType<string>().ToArray();
        Assert.True(differences.Length == 0, string.Join('\n', differences));
        Assert.True(Rows("errors").Count(row => row.TryGetProperty("error", out _)) > 80);
    }

    [Fact]
    public void Templates_that_the_reference_cannot_parse_are_refused_with_a_line()
    {
        var refusals = Rows("syntax")
            .Select(row => row.GetProperty("template").GetString()!)
            .Select(template => (template, Refusal(template)));
        var wrong = refusals.Where(pair => pair.Item2?.Contains("line 1: ", StringComparison.Ordinal) != true).ToArray();
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    private static List<JsonElement> Rows(string group) => [.. Json(group).EnumerateArray()];

    private static JsonElement Json(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".json")));
        return document.RootElement.Clone();
    }

    private static Dictionary<string, object?> Variables()
    {
        var variables = Json("variables").EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value, StringComparer.Ordinal);
        variables["now"] = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        return variables;
    }

    private static string? Difference(JsonElement row)
    {
        var template = row.GetProperty("template").GetString()!;
        string result;
        try
        {
            result = JinjaChatTemplate.Parse(template).Render(Variables());
        }
        catch (ChatTemplateException failure)
        {
            return row.TryGetProperty("error", out var error) && failure.Message.StartsWith(error.GetString()!, StringComparison.Ordinal)
                ? null
                : $"{template}\n  expected {row}\n  but failed with {failure.Message}";
        }

        return row.TryGetProperty("text", out var text) && text.GetString() == result
            ? null
            : $"{template}\n  expected {row}\n  but got {result}";
    }

    private static string? Refusal(string template)
    {
        try
        {
            JinjaChatTemplate.Parse(template);
            return null;
        }
        catch (ChatTemplateException failure)
        {
            return failure.Message;
        }
    }
}
