using Preble.Core.Text.Jinja;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.Core.Tests.Jinja;

/// <summary>An extra test: 65 templates of real models, each with 13 conversations as the reference Jinja renders them.</summary>
public sealed class JinjaGoldenTests(ITestOutputHelper output)
{
    private static readonly string[] FamiliesWithoutExcuse =
        ["SmolLM", "Qwen2.5", "Qwen3", "Llama-3", "mistral", "Mistral", "deepseek", "DeepSeek"];

    [Fact]
    public void Real_templates_render_as_the_reference_does()
    {
        var folder = RepositoryPaths.SharedData is { } data ? Path.Combine(data, "chat-templates") : null;
        if (folder is null || !File.Exists(Path.Combine(folder, "goldens.json")))
        {
            output.WriteLine("extra test: shared data not there");
            return;
        }

        var goldens = TemplateGoldens.Read(Path.Combine(folder, "goldens.json"));
        var (equal, all, withoutExcuse) = (0, 0, new List<string>());
        foreach (var template in goldens.Results.EnumerateObject())
        {
            var name = Path.GetFileNameWithoutExtension(template.Name);
            var parsed = JinjaChatTemplate.Parse(File.ReadAllText(Path.Combine(folder, name + ".jinja")));
            foreach (var conversation in template.Value.EnumerateObject())
            {
                all++;
                if (goldens.Difference(parsed, conversation) is not { } difference)
                {
                    equal++;
                    continue;
                }

                output.WriteLine($"{name} / {conversation.Name}: {difference}");
                if (FamiliesWithoutExcuse.Any(family => name.Contains(family, StringComparison.Ordinal)))
                {
                    withoutExcuse.Add($"{name} / {conversation.Name}");
                }
            }
        }

        output.WriteLine($"{equal} of {all} renderings are equal to the reference's");
        Assert.Equal(65 * 13, all);
        Assert.Empty(withoutExcuse);
        Assert.True(equal >= all * 0.95, $"only {equal} of {all} are equal");
    }
}
