using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Preble.Hosting.Telemetry;
using Preble.Testing;

namespace Preble.Grains.Tests.Hosting;

/// <summary>A log line as machines read it, byte for byte.</summary>
public sealed class JsonLineFormatterTests
{
    [Fact]
    public void A_line_has_its_values_by_name_and_with_their_types()
    {
        var line = Line(LogLevel.Warning, new EventId(3, "Lost"), null, ("Worker", "w0"), ("Count", 7), ("Seconds", 0.5), ("Ok", true), ("Nobody", null), ("{OriginalFormat}", "x"));
        Assert.Equal(
            """{"timestamp":"2026-01-01T00:00:00.000Z","level":"warning","category":"Preble.Some","event_id":3,"event":"Lost","message":"said \"so\"","fields":{"Worker":"w0","Count":7,"Seconds":0.5,"Ok":true,"Nobody":null}}""",
            line);
    }

    [Fact]
    public void Numbers_that_json_does_not_know_are_text_and_an_exception_stays_on_the_line()
    {
        var line = Line(LogLevel.Error, new EventId(1), new InvalidOperationException("one\ntwo"), ("Share", double.NaN));
        Assert.Contains("\"fields\":{\"Share\":\"NaN\"}", line, StringComparison.Ordinal);
        Assert.Contains("\"exception\":\"System.InvalidOperationException: one\\ntwo\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_from_within_a_span_names_it()
    {
        using var span = new Activity("test");
        span.SetIdFormat(ActivityIdFormat.W3C);
        span.Start();
        Assert.EndsWith($"\"trace_id\":\"{span.TraceId}\",\"span_id\":\"{span.SpanId}\"}}", Line(LogLevel.Debug, default, null), StringComparison.Ordinal);
    }

    private static string Line(LogLevel level, EventId id, Exception? failure, params (string Name, object? Value)[] values)
    {
        using var writer = new StringWriter();
        IReadOnlyList<KeyValuePair<string, object?>> state = [.. values.Select(value => KeyValuePair.Create(value.Name, value.Value))];
        var entry = new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(level, "Preble.Some", id, state, failure, (_, _) => "said \"so\"");
        new JsonLineFormatter { Time = new ManualTimeProvider() }.Write(entry, null, writer);
        var text = writer.ToString();
        Assert.Equal(1, text.Count(character => character == '\n'));
        return text.TrimEnd();
    }
}
