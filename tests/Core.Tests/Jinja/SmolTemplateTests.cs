using Preble.Core.Text.Jinja;
using Preble.Testing;

namespace Preble.Core.Tests.Jinja;

/// <summary>The template of the embedded model against the reference's renderings.</summary>
public sealed class SmolTemplateTests
{
    [Fact]
    public void The_embedded_model_s_template_renders_as_the_reference_does()
    {
        var folder = Path.Combine(RepositoryPaths.Goldens, "smollm2-135m-instruct");
        var template = JinjaChatTemplate.Parse(File.ReadAllText(Path.Combine(folder, "chat_template.jinja")));
        var goldens = TemplateGoldens.Read(Path.Combine(folder, "templates.json"));
        var conversations = 0;
        foreach (var conversation in goldens.Results.EnumerateObject())
        {
            conversations++;
            Assert.Null(goldens.Difference(template, conversation));
        }

        Assert.Equal(13, conversations);
    }
}
