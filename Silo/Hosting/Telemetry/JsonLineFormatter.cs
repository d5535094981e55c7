using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Preble.Hosting.Telemetry;

/// <summary>A log entry as one JSON object on one line: when, how bad, who, what with its values by name, and in which trace.</summary>
internal sealed class JsonLineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "preble-json";

    private const string Template = "{OriginalFormat}";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For tests, which know what time it is.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Readable))
        {
            Write(json, logEntry);
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(line.GetBuffer().AsSpan(0, (int)line.Length)));
    }

    private void Write<TState>(Utf8JsonWriter json, in LogEntry<TState> entry)
    {
        json.WriteStartObject();
        json.WriteString("timestamp", Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        json.WriteString("level", entry.LogLevel.ToString().ToLowerInvariant());
        json.WriteString("category", entry.Category);
        json.WriteNumber("event_id", entry.EventId.Id);
        json.WriteString("event", entry.EventId.Name);
        json.WriteString("message", entry.Formatter(entry.State, entry.Exception));
        if (entry.State is IReadOnlyList<KeyValuePair<string, object?>> { Count: > 0 } values)
        {
            WriteFields(json, values);
        }

        if (entry.Exception is { } failure)
        {
            json.WriteString("exception", failure.ToString());
        }

        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } span)
        {
            json.WriteString("trace_id", span.TraceId.ToString());
            json.WriteString("span_id", span.SpanId.ToString());
        }

        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        json.WriteStartObject("fields");
        foreach (var (name, value) in values)
        {
            if (!string.Equals(name, Template, StringComparison.Ordinal))
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Numbers stay numbers, but those that JSON has no word for; the rest is text.</summary>
    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case int or long or short or byte:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
