using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Preble.Api.Wire;

namespace Preble.Api;

/// <summary>Reads a JSON body into a wire type; what does not fit becomes an error that names the parameter.</summary>
internal static class RequestReader
{
    public static ApiError? Read<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type, out T? request)
        where T : class
    {
        request = null;
        if (!Utf8.IsValid(body))
        {
            return ApiErrors.MalformedBody("The request body is not valid UTF-8.");
        }

        try
        {
            request = JsonSerializer.Deserialize(body, type);
            return request is null ? ApiErrors.WrongType("body", "an object")
                : EscapesSurrogates(body) ? Malformation(body)
                : null;
        }
        catch (JsonException failure)
        {
            return Malformation(body) ?? Mismatch(failure.Path, type);
        }
    }

    /// <summary>What stays JSON (tools, calls) has not been checked for halves of pairs yet; only an escape can bring one.</summary>
    private static bool EscapesSurrogates(ReadOnlySpan<byte> body) => body.IndexOf("\\ud"u8) >= 0 || body.IndexOf("\\uD"u8) >= 0;

    /// <summary>The serializer throws the same exception for bad JSON and for a wrong type; a second look at the tokens tells them apart.</summary>
    private static ApiError? Malformation(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return ApiErrors.MalformedBody("The request body is empty: a JSON object is expected.");
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                // A string is checked for lone surrogates only when it is taken out.
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    _ = reader.GetString();
                }
            }

            return null;
        }
        catch (JsonException failure)
        {
            return ApiErrors.MalformedBody(
                $"The request body is not valid JSON: error at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            return ApiErrors.MalformedBody("The request body is not valid JSON: a string has half of a surrogate pair.");
        }
    }

    private static ApiError Mismatch(string? path, JsonTypeInfo type)
    {
        var param = path is null or "$" ? "body" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path[1..];
        return ApiErrors.WrongType(param, Expected(param, type));
    }

    private static string? Expected(string param, JsonTypeInfo type)
    {
        if (param == "body")
        {
            return "an object";
        }

        var property = type.Properties.FirstOrDefault(property => property.Name == param);
        return property is null ? null : Describe(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
    }

    private static string Describe(Type type) => type switch
    {
        _ when type == typeof(string) => "a string",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) => "a 32-bit integer",
        _ when type == typeof(long) => "a 64-bit integer",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(StringOrArray) => "a string or an array of strings",
        _ when type == typeof(PromptInput) => "a string, an array of strings or an array of integers",
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) => "an array",
        _ => "an object",
    };
}
