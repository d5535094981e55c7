using System.Text.Json;
using Preble.Core.Text;
using Preble.Core.Text.Jinja;

namespace Preble.Core.Tests.Jinja;

/// <summary>Conversations and what the reference made of them: a text, or an error.</summary>
internal sealed class TemplateGoldens
{
    private readonly JsonElement _root;

    private TemplateGoldens(JsonElement root) => _root = root;

    public static TemplateGoldens Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new TemplateGoldens(document.RootElement.Clone());
    }

    public JsonElement Results => _root.GetProperty("results");

    /// <summary>The variables of one conversation, with the markers and the fixed time of the file.</summary>
    public Dictionary<string, object?> Variables(string conversation)
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["bos_token"] = _root.GetProperty("bos_token").GetString(),
            ["eos_token"] = _root.GetProperty("eos_token").GetString(),
        };
        if (_root.TryGetProperty("now", out var now))
        {
            variables["now"] = new DateTimeOffset(now.GetDateTime(), TimeSpan.Zero);
        }

        foreach (var input in _root.GetProperty("inputs").GetProperty(conversation).EnumerateObject())
        {
            variables[input.Name] = input.Value;
        }

        return variables;
    }

    /// <summary>Null when the rendering equals the reference's; an error must say the same.</summary>
    public string? Difference(JinjaChatTemplate template, JsonProperty conversation)
    {
        var golden = conversation.Value;
        try
        {
            var text = template.Render(Variables(conversation.Name));
            return golden.TryGetProperty("text", out var expected)
                ? Texts.FirstDifference(expected.GetString()!, text)
                : $"rendered, but the reference fails: {golden.GetProperty("error").GetString()}";
        }
        catch (ChatTemplateException failure)
        {
            return golden.TryGetProperty("error", out var error) && failure.Message.StartsWith(error.GetString()!, StringComparison.Ordinal)
                ? null
                : $"failed with '{failure.Message}' where the reference gives {Texts.Shortened(golden.GetRawText())}";
        }
    }
}
