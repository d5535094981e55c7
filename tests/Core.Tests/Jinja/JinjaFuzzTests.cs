using System.Text.Json;
using Preble.Core.Text;
using Preble.Core.Text.Jinja;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.Core.Tests.Jinja;

/// <summary>Mutated templates: whatever they are, they render or they fail with the one exception that callers catch.</summary>
public sealed class JinjaFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Pieces =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "(", ")", "[", "]", "{", "}", "|", ".", ",", ":", "~", "*",
        "**", "/", "//", "%", "==", "<",
        " in ", " is ", " not ", " and ", " or ", " if ", " else ", "''", "'a'", "1", "-1", "0",
        "9223372036854775807", "1.5", "none", "true",
        "{% endfor %}", "{% endif %}", "{% for x in l %}", "{% if t %}", "{% set x = l %}", "{% break %}",
        "loop", "l", "d", "s", "users", "missing",
        "|list", "|join", "|first", "|tojson", "|map('upper')", "|sort", "|int", "|length", "[0]", "[::-1]", "[:2]",
        ".items()", ".split()", "range(9)",
        "'%s'%", "'{}'.format(", "namespace()", "👍", "\n", "\ud800",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mutated_templates_only_ever_fail_with_a_template_exception(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var templates = Templates();
        var variables = Variables();
        var (rendered, refused, failed) = (0, 0, 0);
        for (var round = 0; round < 6_000; round++)
        {
            var template = Mutate(random, templates);
            try
            {
                var parsed = JinjaChatTemplate.Parse(template);
                failed++;
                parsed.Render(variables);
                failed--;
                rendered++;
            }
            catch (ChatTemplateException)
            {
                refused++;
            }
            catch (Exception other)
            {
                Assert.Fail($"seed {seed}, round {round}: {template}\n{other}");
            }
        }

        output.WriteLine($"{rendered} rendered, {failed} failed while rendering, {refused - failed} were refused by the parser");

        // The mutations must reach all three: the parser, the evaluator's failures and whole renderings.
        Assert.True(rendered > 300 && failed > 300 && refused - failed > 300, $"{rendered} {failed} {refused - failed}");
    }

    private static string Mutate(SeededRandom random, List<string> templates)
    {
        var text = random.Pick(templates);
        for (var changes = random.Between(1, 3); changes > 0; changes--)
        {
            var at = random.Below(text.Length + 1);
            var length = random.Below(Math.Min(6, text.Length - at) + 1);
            text = random.Below(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, random.Pick(Pieces)),
                2 => text.Remove(at, length).Insert(at, random.Pick(Pieces)),
                _ => text[..at] + Splice(random, random.Pick(templates)),
            };
        }

        return text;
    }

    private static string Splice(SeededRandom random, string other) => other[random.Below(other.Length + 1)..];

    private static List<string> Templates()
    {
        var folder = Path.Combine(RepositoryPaths.Goldens, "jinja");
        var groups = new[] { "whitespace", "expressions", "statements", "filters", "methods", "errors" };
        var templates = groups.SelectMany(group => Read(Path.Combine(folder, group + ".json")).EnumerateArray())
            .Select(row => row.GetProperty("template").GetString()!)
            .Where(template => template.Length > 0);
        return [.. templates, File.ReadAllText(Path.Combine(RepositoryPaths.Goldens, "smollm2-135m-instruct", "chat_template.jinja"))];
    }

    private static Dictionary<string, object?> Variables() =>
        Read(Path.Combine(RepositoryPaths.Goldens, "jinja", "variables.json")).EnumerateObject()
            .ToDictionary(p => p.Name, p => (object?)p.Value, StringComparer.Ordinal);

    private static JsonElement Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
