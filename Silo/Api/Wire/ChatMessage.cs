using System.Text.Json;

namespace Preble.Api.Wire;

/// <summary>One message of a conversation.</summary>
internal sealed record ChatMessage
{
    public string? Role { get; init; }

    public MessageContent? Content { get; init; }

    public string? Name { get; init; }

    public List<JsonElement>? ToolCalls { get; init; }

    public string? ToolCallId { get; init; }
}
