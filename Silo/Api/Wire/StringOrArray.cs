using System.Text.Json;
using System.Text.Json.Serialization;

namespace Preble.Api.Wire;

/// <summary>One or several strings: a string on the wire, or an array of them.</summary>
[JsonConverter(typeof(StringOrArrayConverter))]
internal sealed record StringOrArray(IReadOnlyList<string?> Values);

internal sealed class StringOrArrayConverter : JsonConverter<StringOrArray>
{
    public override StringOrArray Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new StringOrArray([reader.GetString()]);
        }

        return new StringOrArray(NestedJson.ReadList(ref reader, ApiJson.Wire.ListString));
    }

    public override void Write(Utf8JsonWriter writer, StringOrArray value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, [.. value.Values], ApiJson.Wire.ListString);
}
