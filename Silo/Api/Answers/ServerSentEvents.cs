using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Preble.Api;

/// <summary>Writes the events of one response: open it, write events, flush when a reader should see them, and end with Done.</summary>
internal sealed class ServerSentEvents(HttpResponse response) : IDisposable
{
    private readonly Utf8JsonWriter _json = new(response.BodyWriter, new JsonWriterOptions { Encoder = Wire.ApiJson.Wire.Options.Encoder });

    public void Open()
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";

        // Proxies of the nginx kind hold back what they may collect.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    public void Write<T>(T value, JsonTypeInfo<T> type)
    {
        response.BodyWriter.Write("data: "u8);
        _json.Reset();
        JsonSerializer.Serialize(_json, value, type);
        _json.Flush();
        response.BodyWriter.Write("\n\n"u8);
    }

    public void Done() => response.BodyWriter.Write("data: [DONE]\n\n"u8);

    public Task FlushAsync(CancellationToken cancellation) => response.BodyWriter.FlushAsync(cancellation).AsTask();

    public void Dispose() => _json.Dispose();
}
