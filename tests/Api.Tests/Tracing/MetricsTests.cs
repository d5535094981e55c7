using Preble.Api.Tests.Fakes;
using Preble.Testing;

namespace Preble.Api.Tests.Tracing;

/// <summary>What the front-end measures, as Prometheus reads it.</summary>
[Collection(SpanTests.Name)]
public sealed class MetricsTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Question = """{"model":"tiny","prompt":"Hi","max_tokens":9,"temperature":0}""";

    [Fact]
    public async Task Answers_and_failures_are_apart_and_have_the_labels_of_the_conventions()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "yes")));
        _ = await ReadAsync(host);
        (await host.PostAsync("/v1/completions", Question)).Dispose();
        (await host.PostAsync("/v1/completions", """{"model":"tiny","prompt":"Hi","max_tokens":-1}""")).Dispose();
        var metrics = await UntilAsync(host, reader => reader.Value("preble_requests_total", ("reason", "invalid_value")) == 1);
        (string, string)[] labels = [("gen_ai_operation_name", "text_completion"), ("gen_ai_provider_name", "preble"), ("gen_ai_request_model", "tiny")];
        var durations = metrics.Samples.Where(sample => sample.Name == "gen_ai_server_request_duration_seconds_count").ToList();
        Assert.Equal(2, durations.Count);
        Assert.All(durations, duration => Assert.All(labels, label => Assert.Equal(label.Item2, duration.Labels[label.Item1])));
        Assert.Equal("tiny", Assert.Single(durations, duration => !duration.Labels.ContainsKey("error_type")).Labels["gen_ai_response_model"]);
        Assert.Equal("invalid_value", Assert.Single(durations, duration => duration.Labels.ContainsKey("error_type")).Labels["error_type"]);
        Assert.Equal(1, metrics.Value("gen_ai_server_time_to_first_token_seconds_count"));
    }

    [Fact]
    public async Task A_resumed_stream_is_counted_by_why_it_left_its_worker()
    {
        await using var services = GrainFleet.Services(new FleetEngines { FailAtOutput = 4 });
        await using var host = await GrainFleet.StartAsync(services, workers: 2);
        _ = await ReadAsync(host);
        (await host.PostAsync("/v1/completions", Question)).Dispose();
        var metrics = await UntilAsync(host, reader => reader.Samples.Any(sample => sample.Name == "preble_streams_resumed_total"));
        Assert.Equal(1, metrics.Value("preble_streams_resumed_total", ("reason", "worker_failed"), ("model", "tiny")));
    }

    [Fact]
    public async Task OpenMetrics_leads_from_a_bucket_to_the_trace_of_a_request_in_it()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "yes")));
        using var spans = new SpanRecorder();
        _ = await ReadAsync(host);
        host.Http.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        (await host.PostAsync("/v1/completions", Question)).Dispose();
        var metrics = await UntilAsync(
            host, reader => reader.Samples.Any(sample => sample.Name == "gen_ai_server_request_duration_seconds_bucket"), "application/openmetrics-text;q=0.5,text/plain;q=0.2");
        foreach (var name in new[] { "gen_ai_server_request_duration_seconds_bucket", "gen_ai_server_time_to_first_token_seconds_bucket" })
        {
            var exemplar = Assert.Single(metrics.Samples, sample => sample.Name == name && sample.Exemplar is not null).Exemplar!;
            Assert.Equal(Trace, exemplar["trace_id"]);
        }
    }

    [Theory]
    [InlineData("text/plain", "text/plain")]
    [InlineData("*/*", "text/plain")]
    [InlineData("application/openmetrics-text; version=1.0.0; q=0.6, text/plain; q=0.3", "application/openmetrics-text")]
    [InlineData("application/openmetrics-text; q=0.2, text/plain; q=0.3", "text/plain")]
    [InlineData("application/openmetrics-text; q=0", "text/plain")]
    public async Task The_reader_gets_the_format_it_likes_best(string accept, string type)
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await host.Http.SendAsync(request);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        var reader = new PrometheusReader(await response.Content.ReadAsStringAsync(), openMetrics: type != "text/plain");
        Assert.Contains(reader.Types, family => family.Key == "dotnet_process_memory_working_set_bytes" && family.Value == "gauge");
    }

    private static async Task<PrometheusReader> UntilAsync(ApiHost host, Func<PrometheusReader, bool> holds, string accept = "text/plain")
    {
        PrometheusReader? read = null;
        await Wait.UntilAsync(
            async () =>
            {
                read = await ReadAsync(host, accept);
                return read.Samples.Any(sample => sample.Name == "preble_requests_total") && holds(read);
            },
            "the end of the request to be counted");
        return read!;
    }

    private static async Task<PrometheusReader> ReadAsync(ApiHost host, string accept = "text/plain")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Clear();
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await host.Http.SendAsync(request);
        return new PrometheusReader(await response.Content.ReadAsStringAsync(), openMetrics: accept != "text/plain");
    }
}
