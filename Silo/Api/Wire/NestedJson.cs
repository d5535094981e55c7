using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Preble.Api.Wire;

/// <summary>Reads a value inside a converter.</summary>
internal static class NestedJson
{
    /// <summary>A nested reading names its own path; without one, the outer reading names the whole path of what does not fit.</summary>
    public static List<T> ReadList<T>(ref Utf8JsonReader reader, JsonTypeInfo<List<T>> type)
    {
        try
        {
            return JsonSerializer.Deserialize(ref reader, type) ?? [];
        }
        catch (JsonException)
        {
            throw new JsonException();
        }
    }
}
