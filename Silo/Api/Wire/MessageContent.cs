using System.Text.Json;
using System.Text.Json.Serialization;

namespace Preble.Api.Wire;

/// <summary>The content of a message: a string on the wire, or an array of parts.</summary>
[JsonConverter(typeof(MessageContentConverter))]
internal sealed record MessageContent(IReadOnlyList<ContentPart?> Parts);

/// <summary>One part of a message's content; only text is served.</summary>
internal sealed record ContentPart
{
    public string? Type { get; init; }

    public string? Text { get; init; }
}

internal sealed class MessageContentConverter : JsonConverter<MessageContent>
{
    public override MessageContent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new MessageContent([new ContentPart { Type = "text", Text = reader.GetString() }]);
        }

        return new MessageContent(NestedJson.ReadList(ref reader, ApiJson.Wire.ListContentPart));
    }

    public override void Write(Utf8JsonWriter writer, MessageContent value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, [.. value.Parts], ApiJson.Wire.ListContentPart);
}
