using System.Text.Json;
using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>A conversation in tokens: rendered by the model's template, then encoded so that only the template speaks in control tokens.</summary>
internal static class ChatPrompt
{
    /// <exception cref="Core.Text.ChatTemplateException">The template refuses the conversation.</exception>
    public static int[] Encode(ApiModel model, ChatCompletionRequest request, DateTimeOffset now)
    {
        var guard = SpecialNameGuard.For(model.SpecialNames, Texts(request));
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["messages"] = request.Messages!.Select(message => (object?)Variables(message!, guard)).ToList(),
            ["add_generation_prompt"] = true,
            ["bos_token"] = model.BeginText,
            ["eos_token"] = model.EndText,
            ["now"] = now,
        };
        if (request.Tools is { Count: > 0 } tools && ToolsAllowed(request))
        {
            variables["tools"] = tools.Select(tool => (object?)tool).ToList();
        }

        return guard.Encode(model.Tokenizer, model.Template!.Render(variables));
    }

    private static bool ToolsAllowed(ChatCompletionRequest request) =>
        request.ToolChoice is not { ValueKind: JsonValueKind.String } choice || choice.GetString() != "none";

    private static IEnumerable<string> Texts(ChatCompletionRequest request) =>
        request.Messages!.SelectMany(message => message!.Content?.Parts ?? []).Select(part => part!.Text!);

    private static Dictionary<string, object?> Variables(ChatMessage message, SpecialNameGuard guard)
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            // The newer name of a system message; the templates know only the older.
            ["role"] = message.Role == "developer" ? "system" : message.Role,
            ["content"] = message.Content is { } content ? guard.Disarm(string.Concat(content.Parts.Select(part => part!.Text))) : null,
        };
        AddIfGiven(variables, "name", message.Name);
        AddIfGiven(variables, "tool_call_id", message.ToolCallId);
        AddIfGiven(variables, "tool_calls", message.ToolCalls?.Select(call => (object?)call).ToList());
        return variables;
    }

    private static void AddIfGiven(Dictionary<string, object?> variables, string name, object? value)
    {
        if (value is not null)
        {
            variables[name] = value;
        }
    }
}
