using System.Text.Json;

namespace Preble.Core.Text;

/// <summary>Fields of JSON objects that may be missing or null, but not of the wrong kind.</summary>
internal static class JsonFields
{
    public static string? Text(this JsonElement parent, string name) => Field(parent, name, JsonValueKind.String)?.GetString();

    public static JsonElement? Object(this JsonElement parent, string name) => Field(parent, name, JsonValueKind.Object);

    /// <summary>The elements; none when the field is missing.</summary>
    public static IEnumerable<JsonElement> Array(this JsonElement parent, string name) =>
        Field(parent, name, JsonValueKind.Array)?.EnumerateArray() ?? Enumerable.Empty<JsonElement>();

    public static bool? Bool(this JsonElement parent, string name) =>
        Find(parent, name) is { } field ? AsBool(field, name) : null;

    /// <summary>A token id within the bound on vocabularies.</summary>
    public static int TokenId(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var id) && id is >= 0 and < Limits.VocabularyTokens
            ? id
            : throw new TokenizerException($"The id of {what} is not a number from 0 to {Limits.VocabularyTokens - 1}.");

    public static JsonElement? Find(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object)
        {
            throw new TokenizerException($"The tokeniser's files have something else where an object with '{name}' should be.");
        }

        return parent.TryGetProperty(name, out var field) && field.ValueKind != JsonValueKind.Null ? field : null;
    }

    private static bool AsBool(JsonElement field, string name) => field.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw WrongKind(name),
    };

    private static JsonElement? Field(JsonElement parent, string name, JsonValueKind kind) =>
        Find(parent, name) is not { } field ? null : field.ValueKind == kind ? field : throw WrongKind(name);

    private static TokenizerException WrongKind(string name) =>
        new($"The field '{name}' of the tokeniser's files has a value of the wrong kind.");
}
