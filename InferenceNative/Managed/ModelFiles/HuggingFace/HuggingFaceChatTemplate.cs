using System.Text;
using System.Text.Json;

namespace Preble.Inference.ModelFiles.HuggingFace;

/// <summary>Finds the chat template of a Hugging Face folder: its own file, or inside tokenizer_config.json as text or as a list of named ones.</summary>
internal static class HuggingFaceChatTemplate
{
    private const string TemplateFile = "chat_template.jinja";

    public static string? Read(string folder, JsonFile tokenizerConfig)
    {
        var file = Path.Combine(folder, TemplateFile);
        if (File.Exists(file))
        {
            return Encoding.UTF8.GetString(ModelStreams.ReadAll(file));
        }

        return tokenizerConfig.Find("chat_template") is { ValueKind: JsonValueKind.Array } list
            ? ReadDefault(tokenizerConfig, list)
            : tokenizerConfig.FindString("chat_template");
    }

    private static string? ReadDefault(JsonFile tokenizerConfig, JsonElement list)
    {
        foreach (var item in list.EnumerateArray())
        {
            var named = tokenizerConfig.Child("an item of chat_template", item);
            if (named.FindString("name") == "default")
            {
                return named.FindString("template");
            }
        }

        return null;
    }
}
