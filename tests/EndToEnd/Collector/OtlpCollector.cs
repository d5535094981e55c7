using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Preble.EndToEnd.Collector;

/// <summary>A span as it was exported.</summary>
internal sealed record ExportedSpan(
    string Trace, string Id, string Parent, string Name, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Events, string Instance);

/// <summary>Stands in for an OpenTelemetry collector: takes OTLP over HTTP in protobuf and keeps what it was sent.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<byte[]> _traces = new();
    private readonly ConcurrentQueue<byte[]> _metrics = new();

    private OtlpCollector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost("/v1/traces", context => TakeAsync(context, _traces));
        _app.MapPost("/v1/metrics", context => TakeAsync(context, _metrics));
    }

    public string Address => _app.Urls.First();

    /// <summary>Every byte that came, to search it.</summary>
    public byte[] Everything => [.. _traces.Concat(_metrics).SelectMany(body => body)];

    public IReadOnlyList<ExportedSpan> Spans =>
    [
        .. from body in _traces
        from resource in new ProtoMessage(body).Messages(1)
        let instance = Tags(resource.Messages(1).Single(), 1).GetValueOrDefault("service.instance.id", "")
        from scope in resource.Messages(2)
        from span in scope.Messages(2)
        select new ExportedSpan(
            span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), Tags(span, 9), [.. span.Messages(11).Select(happened => happened.Text(2))], instance),
    ];

    /// <summary>What the processes say of themselves.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Resources =>
    [
        .. from body in _traces.Concat(_metrics) from resource in new ProtoMessage(body).Messages(1) select Tags(resource.Messages(1).Single(), 1),
    ];

    public IReadOnlySet<string> Metrics => (
        from body in _metrics
        from resource in new ProtoMessage(body).Messages(1)
        from scope in resource.Messages(2)
        from metric in scope.Messages(2)
        select metric.Text(1)).ToHashSet(StringComparer.Ordinal);

    public static async Task<OtlpCollector> StartAsync()
    {
        var collector = new OtlpCollector();
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task TakeAsync(HttpContext context, ConcurrentQueue<byte[]> bodies)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        bodies.Enqueue(body.ToArray());
        context.Response.ContentType = "application/x-protobuf";
    }

    /// <summary>Attributes as text: key in field 1; the value in field 2 is text in 1, true or false in 2, a whole number in 3, another in 4, a list in 5.</summary>
    private static Dictionary<string, string> Tags(ProtoMessage message, int number)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in message.Messages(number))
        {
            var value = tag.Messages(2).First();
            tags[tag.Text(1)] = value.Number(3) is { } whole ? $"{(long)whole}"
                : value.Number(2) is { } truth ? truth == 1 ? "true" : "false"
                : value.Number(4) is { } bits ? $"{BitConverter.UInt64BitsToDouble(bits)}"
                : value.Messages(5).FirstOrDefault() is { } list ? string.Join(',', list.Messages(1).Select(item => item.Text(1)))
                : value.Text(1);
        }

        return tags;
    }
}
