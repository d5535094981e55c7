using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Preble.Api.Wire;

/// <summary>Source-generated JSON of the wire types. Use <see cref="Wire"/>: it writes text as UTF-8 and not as escapes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChatCompletionRequest))]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(ChatCompletionResponse))]
[JsonSerializable(typeof(ChatCompletionChunk))]
[JsonSerializable(typeof(CompletionResponse))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(PlacementList))]
[JsonSerializable(typeof(List<ContentPart>))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(List<int>))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    public static ApiJson Wire => field ??= new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,

        // The body is application/json and never part of a page, so HTML needs no escaping.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
