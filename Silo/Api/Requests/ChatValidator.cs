using System.Text.Json;
using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>Every 400 that only a chat completion can get, and the shared ones.</summary>
internal static class ChatValidator
{
    private static readonly HashSet<string> Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    public static ApiError? Check(ChatCompletionRequest request, ApiModels models) =>
        SettingsValidator.Check(request, models)
        ?? SettingsValidator.AtLeastOne("max_completion_tokens", request.MaxCompletionTokens)
        ?? Messages(request.Messages)
        ?? Logprobs(request)
        ?? Tools(request.Tools)
        ?? ToolChoice(request.ToolChoice)
        ?? ResponseFormat(request.ResponseFormat);

    private static ApiError? Messages(List<ChatMessage?>? messages)
    {
        if (messages is null)
        {
            return ApiErrors.Missing("messages");
        }

        if (messages.Count is 0 or > ApiLimits.Messages)
        {
            return ApiErrors.InvalidValue("messages", $"has {messages.Count} messages; 1 to {ApiLimits.Messages} are allowed");
        }

        return messages.Select((message, index) => Message(message, $"messages[{index}]")).FirstOrDefault(error => error is not null);
    }

    private static ApiError? Message(ChatMessage? message, string param)
    {
        if (message is null)
        {
            return ApiErrors.WrongType(param, "an object");
        }

        if (message.Role is null)
        {
            return ApiErrors.Missing($"{param}.role");
        }

        if (!Roles.Contains(message.Role))
        {
            return ApiErrors.InvalidValue($"{param}.role", $"must be one of {string.Join(", ", Roles)}");
        }

        // An assistant that called tools may have said nothing.
        return message.Content is null && message.ToolCalls is not { Count: > 0 } ? ApiErrors.Missing($"{param}.content")
            : Parts(message.Content?.Parts ?? [], $"{param}.content");
    }

    private static ApiError? Parts(IReadOnlyList<ContentPart?> parts, string param)
    {
        for (var index = 0; index < parts.Count; index++)
        {
            var part = parts[index];
            if (part?.Type is null)
            {
                return ApiErrors.Missing($"{param}[{index}].type");
            }

            if (part.Type != "text")
            {
                return ApiErrors.Unsupported($"{param}[{index}].type", "is not a kind of content that this model reads: only 'text' is");
            }

            if (part.Text is null)
            {
                return ApiErrors.Missing($"{param}[{index}].text");
            }
        }

        return null;
    }

    private static ApiError? Logprobs(ChatCompletionRequest request) =>
        request.Logprobs == true ? ApiErrors.Unsupported("logprobs", "is not supported by this server")
        : request.TopLogprobs > 0 ? ApiErrors.Unsupported("top_logprobs", "is not supported by this server")
        : null;

    private static ApiError? Tools(List<JsonElement>? tools)
    {
        if (tools?.Count > ApiLimits.Tools)
        {
            return ApiErrors.InvalidValue("tools", $"has {tools.Count} tools; at most {ApiLimits.Tools} are allowed");
        }

        var wrong = tools?.FindIndex(tool => tool.ValueKind != JsonValueKind.Object) ?? -1;
        return wrong >= 0 ? ApiErrors.WrongType($"tools[{wrong}]", "an object") : null;
    }

    private static ApiError? ToolChoice(JsonElement? choice) => choice switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text when text.GetString() is "auto" or "none" => null,
        _ => ApiErrors.Unsupported("tool_choice", "must be 'auto' or 'none': a call cannot be forced"),
    };

    private static ApiError? ResponseFormat(ResponseFormat? format) =>
        format?.Type is null or "text" ? null : ApiErrors.Unsupported("response_format", "must be 'text': other formats cannot be forced");
}
