using System.Net;
using System.Text;
using System.Text.Json;
using Preble.EndToEnd.Collector;
using Preble.Testing;

namespace Preble.EndToEnd;

/// <summary>What the real program tells a collector and its log, and what it never tells.</summary>
public sealed class TelemetryTests
{
    private const string ClientTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string ClientSpan = "b7ad6b7169203331";
    private const string Prompt = "QUOKKA-prompt-4711";
    private const string Key = "WOMBAT-key-0815-that-is-long-enough";

    private static readonly (string, string)[] Quick =
    [
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test"),
    ];

    private static readonly HashSet<string> RequestMetrics = new(StringComparer.Ordinal)
    {
        "gen_ai.server.request.duration", "gen_ai.server.time_to_first_token", "preble.requests", "preble.placement.decisions", "preble.step.duration",
        "preble.output_tokens",
    };

    [Fact]
    public async Task A_collector_gets_one_connected_trace_a_request_and_the_metrics_and_nobody_gets_prompts_or_keys()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, $"{Key}\n");
        var (preble, address) = await PrebleProcess.ServeAsync(
            ["--otlp-endpoint", collector.Address, "--log-format", "json", "--log-level", "trace", "--log-level", "Microsoft=trace", "--api-keys-file", keys],
            Quick);
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {Key}");
        await AskEverythingAsync(http);

        await Wait.UntilAsync(() => collector.Spans.Count(span => span.Trace == ClientTrace) >= 3, "the spans of the traced request");

        // An export that fell into the middle of a request has only some of them.
        await Wait.UntilAsync(() => RequestMetrics.IsSubsetOf(collector.Metrics), $"the metrics {string.Join(", ", RequestMetrics)}");
        AssertOneTrace([.. collector.Spans.Where(span => span.Trace == ClientTrace)]);
        Assert.All(collector.Resources, resource => Assert.Equal(("preble", "test"), (resource["service.name"], resource["deployment.environment.name"])));

        var metrics = await http.GetStringAsync("/metrics");
        await preble.TerminateAsync();
        Assert.Equal(0, await preble.ExitAsync());
        AssertLogged(preble.Errors);
        var told = new[] { preble.Errors, preble.Output, metrics, Encoding.Latin1.GetString(collector.Everything) };
        Assert.All(told, text => Assert.DoesNotContain("QUOKKA", text, StringComparison.Ordinal));
        Assert.All(told, text => Assert.DoesNotContain("WOMBAT", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_costs_one_warning_and_no_request()
    {
        var (preble, address) = await PrebleProcess.ServeAsync(["--otlp-endpoint", "http://127.0.0.1:1"], Quick);
        await using var _ = preble;
        using var http = ServerFixture.NewHttp(address);
        await Wait.UntilAsync(
            async () =>
            {
                using var answer = await http.PostAsync("/v1/completions", Body($$"""{"model":"{{ServerFixture.Model}}","prompt":"Hi","max_tokens":1}"""));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return preble.Errors.Contains("does not reach", StringComparison.Ordinal);
            },
            "the warning");
        await preble.TerminateAsync();
        Assert.Equal(0, await preble.ExitAsync());
        Assert.Single(preble.Errors.Split('\n'), line => line.Contains("does not reach", StringComparison.Ordinal));
    }

    /// <summary>The prompt through every endpoint that takes one, rightly and in every wrong way, and the key rightly and misspelt.</summary>
    private static async Task AskEverythingAsync(HttpClient http)
    {
        const string model = ServerFixture.Model;
        var chat = $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{Prompt}}"}],"max_tokens":4,"temperature":0""";
        using var traced = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Body(chat + "}") };
        traced.Headers.Add("traceparent", $"00-{ClientTrace}-{ClientSpan}-01");
        using (var answer = await http.SendAsync(traced))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        string[] wrong =
        [
            chat + ",\"stream\":true}", chat + ",\"stop\":\"" + Prompt + "\"}", chat + ",\"user\":\"" + Prompt + "\"}",
            chat + ",\"" + Prompt + "\":1}", chat + ",\"n\":\"" + Prompt + "\"}", chat + ",\"temperature\":-1}", chat + ",",
            chat.Replace(model, Prompt, StringComparison.Ordinal) + "}", chat.Replace("\"user\"", $"\"{Prompt}\"", StringComparison.Ordinal) + "}",
        ];
        foreach (var body in wrong)
        {
            using var answer = await http.PostAsync("/v1/chat/completions", Body(body));
            _ = await answer.Content.ReadAsStringAsync();
        }

        foreach (var length in new[] { 1, 3000 })
        {
            var prompt = string.Join(' ', Enumerable.Repeat(Prompt, length));
            using var answer = await http.PostAsync("/v1/completions", Body($$"""{"model":"{{model}}","prompt":"{{prompt}}","max_tokens":2,"echo":true}"""));
            _ = await answer.Content.ReadAsStringAsync();
        }

        using var misspelt = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        misspelt.Headers.Add("Authorization", $"Bearer {Key}X");
        using var refused = await http.SendAsync(misspelt);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var placements = await http.GetAsync("/admin/placements");
    }

    private static void AssertOneTrace(IReadOnlyList<ExportedSpan> spans)
    {
        Assert.Equal(3, spans.Count);
        var chat = Assert.Single(spans, span => span.Name == $"chat {ServerFixture.Model}");
        Assert.Equal(ClientSpan, chat.Parent);
        Assert.Equal(("4", "length", "preble"), (chat.Tags["gen_ai.usage.output_tokens"], chat.Tags["gen_ai.response.finish_reasons"], chat.Tags["gen_ai.provider.name"]));
        var place = Assert.Single(spans, span => span.Name == "preble.place");
        var generate = Assert.Single(spans, span => span.Name == "preble.generate");
        Assert.Equal((chat.Id, chat.Id), (place.Parent, generate.Parent));
        Assert.Equal(["queued", "scheduled", "first token", "finished"], generate.Events);
    }

    /// <summary>Every line is an object that says when, how bad, who and what; the end of the process is among them.</summary>
    private static void AssertLogged(string errors)
    {
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(lines, line => Assert.All(
            ["timestamp", "level", "category", "event_id", "message"], name => Assert.True(line.TryGetProperty(name, out _), $"{name} in {line}")));
        var messages = lines.Select(line => line.GetProperty("message").GetString()!).ToList();
        Assert.Contains(messages, message => message.StartsWith("Draining 0 requests, up to 25 s", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.StartsWith("Ended after", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.TryGetProperty("trace_id", out var trace) && trace.GetString() == ClientTrace);
    }

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");
}
