using System.Text.Json;
using System.Text.Json.Serialization;

namespace Preble.Api.Wire;

/// <summary>A raw prompt: texts, or token ids. On the wire a string, an array of strings, or an array of integers. Exactly one list is set.</summary>
[JsonConverter(typeof(PromptInputConverter))]
internal sealed record PromptInput(IReadOnlyList<string?>? Texts, IReadOnlyList<int>? Tokens);

internal sealed class PromptInputConverter : JsonConverter<PromptInput>
{
    public override PromptInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new PromptInput([reader.GetString()], null);
        }

        var ahead = reader;
        return ahead.TokenType == JsonTokenType.StartArray && ahead.Read() && ahead.TokenType == JsonTokenType.Number
            ? new PromptInput(null, NestedJson.ReadList(ref reader, ApiJson.Wire.ListInt32))
            : new PromptInput(NestedJson.ReadList(ref reader, ApiJson.Wire.ListString), null);
    }

    public override void Write(Utf8JsonWriter writer, PromptInput value, JsonSerializerOptions options)
    {
        if (value.Tokens is { } tokens)
        {
            JsonSerializer.Serialize(writer, [.. tokens], ApiJson.Wire.ListInt32);
        }
        else
        {
            JsonSerializer.Serialize(writer, [.. value.Texts ?? []], ApiJson.Wire.ListString);
        }
    }
}
