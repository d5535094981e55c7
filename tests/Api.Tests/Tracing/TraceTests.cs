using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Preble.Actors.Telemetry;
using Preble.Api.Tests.Fakes;
using Preble.Testing;

namespace Preble.Api.Tests.Tracing;

/// <summary>One request is one trace: chat, and below it where it was placed and what each worker did.</summary>
[Collection(SpanTests.Name)]
public sealed class TraceTests
{
    private const string ClientTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string ClientSpan = "b7ad6b7169203331";

    [Fact]
    public async Task A_chat_has_a_placement_and_a_generation_below_it_and_continues_the_clients_trace()
    {
        await using var services = GrainFleet.Services(new FleetEngines());
        await using var host = await GrainFleet.StartAsync(services, workers: 1);
        using var spans = new SpanRecorder();
        using var response = await ChatAsync(host, $"00-{ClientTrace}-{ClientSpan}-01");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        var ended = await spans.WaitAsync(3);
        var chat = Assert.Single(ended, span => span.Kind == ActivityKind.Server);
        var place = Assert.Single(ended, span => span.OperationName == Spans.Place);
        var generate = Assert.Single(ended, span => span.OperationName == Spans.Generate);
        Assert.All(ended, span => Assert.Equal(ClientTrace, span.TraceId.ToString()));
        Assert.Equal(ClientSpan, chat.ParentSpanId.ToString());
        Assert.Equal((chat.SpanId, chat.SpanId), (place.ParentSpanId, generate.ParentSpanId));

        Assert.Equal("chat tiny", chat.DisplayName);
        Assert.Equal("chat", chat.GetTagItem("gen_ai.operation.name"));
        Assert.Equal("preble", chat.GetTagItem("gen_ai.provider.name"));
        Assert.Equal("tiny", chat.GetTagItem("gen_ai.request.model"));
        Assert.Equal(9, chat.GetTagItem("gen_ai.request.max_tokens"));
        Assert.Equal(0d, chat.GetTagItem("gen_ai.request.temperature"));
        Assert.Equal(["length"], (string[])chat.GetTagItem("gen_ai.response.finish_reasons")!);
        Assert.Equal(9, chat.GetTagItem("gen_ai.usage.output_tokens"));
        Assert.Null(chat.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Unset, chat.Status);

        Assert.Equal("placed", place.GetTagItem("preble.placement.outcome"));
        Assert.Equal("w0", place.GetTagItem("preble.worker.id"));
        Assert.NotNull(place.GetTagItem("preble.placement.reason"));
        Assert.Equal("length", generate.GetTagItem("preble.finish_reason"));
        Assert.Equal(chat.GetTagItem("gen_ai.usage.input_tokens"), generate.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Equal(9, generate.GetTagItem("gen_ai.usage.output_tokens"));
        Assert.Null(generate.GetTagItem("preble.resumed"));
        Assert.Equal(["queued", "scheduled", "first token", "finished"], generate.Events.Select(happened => happened.Name));
    }

    [Fact]
    public async Task The_messages_to_other_processes_name_the_span_that_asks()
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "yes"));
        await using var host = await ApiHost.StartAsync(grains);
        using var spans = new SpanRecorder();
        (await ChatAsync(host, null)).Dispose();
        var chat = Assert.Single(await spans.WaitAsync(1));
        Assert.Equal((chat.Id, chat.Id), (grains.Queries.Single().Trace, grains.Commands.Single().Command.Trace));

        // There the caller's flow is another process's: the message is all there is.
        using var generate = GenerateSpan.Start(grains.Commands.Single().Command, new WorkerId("w0"), TimeProvider.System);
        generate!.Dispose();
        Assert.Equal(chat.SpanId, spans.Ended[^1].ParentSpanId);
    }

    [Fact]
    public void A_span_of_the_web_server_that_nobody_exports_is_no_parent()
    {
        using var spans = new SpanRecorder();
        using (new Activity("the web server's").Start())
        {
            ChatSpan.Start(new DefaultHttpContext(), ChatSpan.Chat).Dispose();
        }

        Assert.Null(Assert.Single(spans.Ended).ParentId);
    }

    [Fact]
    public async Task Without_a_clients_trace_a_chat_begins_one_of_its_own()
    {
        await using var services = GrainFleet.Services(new FleetEngines());
        await using var host = await GrainFleet.StartAsync(services, workers: 1);
        using var spans = new SpanRecorder();
        (await ChatAsync(host, null)).Dispose();
        (await ChatAsync(host, "nonsense")).Dispose();
        var chats = (await spans.WaitAsync(6)).Where(span => span.Kind == ActivityKind.Server).ToList();
        Assert.All(chats, chat => Assert.Null(chat.ParentId));
        Assert.Equal(2, chats.Select(chat => chat.TraceId).Distinct().Count());
    }

    [Fact]
    public async Task A_stream_that_goes_on_elsewhere_has_a_second_generation_that_says_so()
    {
        await using var services = GrainFleet.Services(new FleetEngines { FailAtOutput = 4 });
        await using var host = await GrainFleet.StartAsync(services, workers: 2);
        using var spans = new SpanRecorder();
        (await ChatAsync(host, null)).Dispose();
        var ended = await spans.WaitAsync(5);
        var chat = Assert.Single(ended, span => span.Kind == ActivityKind.Server);
        var generated = ended.Where(span => span.OperationName == Spans.Generate).OrderBy(span => span.StartTimeUtc).ToList();
        Assert.Equal(2, generated.Count);
        Assert.All(generated, span => Assert.Equal(chat.SpanId, span.ParentSpanId));
        Assert.Equal(("error", "worker_failed", ActivityStatusCode.Error), (
            generated[0].GetTagItem("preble.finish_reason"), generated[0].GetTagItem("error.type"), generated[0].Status));
        Assert.Equal((true, 4), (generated[1].GetTagItem("preble.resumed"), generated[1].GetTagItem("preble.resumed.tokens")));
        Assert.NotEqual(generated[0].GetTagItem("preble.worker.id"), generated[1].GetTagItem("preble.worker.id"));
        Assert.Equal(["placed again"], chat.Events.Select(happened => happened.Name));
        Assert.Equal(ActivityStatusCode.Unset, chat.Status);
    }

    [Fact]
    public async Task A_preempted_sequence_says_when_it_gave_way_and_when_it_went_on()
    {
        // Ten blocks for sequences that grow to eight each: the younger ones have to give way.
        using var permits = new SemaphoreSlim(0);
        await using var services = GrainFleet.Services(new FleetEngines { BlockCount = 10, Permits = permits });
        await using var host = await GrainFleet.StartAsync(services, workers: 1);
        using var spans = new SpanRecorder();
        var prompts = Enumerable.Range(1, 4).Select(seed => new SeededRandom((ulong)seed).Tokens(40, GrainFleet.Vocabulary));
        var asked = Task.WhenAll(prompts.Select(prompt => host.PostAsync(
            "/v1/completions", $$"""{"model":"tiny","prompt":{{JsonSerializer.Serialize(prompt)}},"max_tokens":80,"temperature":0}""")));

        // One step, after which the engine looks for who has come; they are all there before it goes on.
        await Wait.UntilAsync(() => spans.Started(Spans.Generate) == 4, "all four to be at the worker");
        permits.Release();
        await Wait.UntilAsync(() => permits.CurrentCount == 0, "the first step");
        permits.Release(10_000);
        var answers = await asked;
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        var generated = (await spans.WaitAsync(12)).Where(span => span.OperationName == Spans.Generate).ToList();
        Assert.Equal(4, generated.Count);
        var preempted = generated.Where(span => span.Events.Any(happened => happened.Name == "preempted")).ToList();
        Assert.NotEmpty(preempted);
        Assert.All(preempted, span =>
        {
            var names = span.Events.Select(happened => happened.Name).ToList();
            Assert.Equal(names.Count(name => name == "preempted"), names.Count(name => name == "resumed"));
            Assert.True(names.IndexOf("scheduled") < names.IndexOf("preempted") && names.IndexOf("preempted") < names.IndexOf("resumed"), string.Join(", ", names));
        });
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"tiny","messages":[]}""", "chat", "invalid_value")]
    [InlineData("/v1/completions", """{"model":"a secret","prompt":"x"}""", "text_completion", "model_not_found")]
    public async Task A_refused_request_is_a_span_with_the_errors_code_and_nothing_the_client_made_up(string path, string body, string operation, string code)
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains());
        using var spans = new SpanRecorder();
        using var response = await host.PostAsync(path, body);
        Assert.False(response.IsSuccessStatusCode);
        var span = Assert.Single(await spans.WaitAsync(1));
        Assert.Equal((operation, ActivityStatusCode.Unset), (span.DisplayName, span.Status));
        Assert.Equal(code, span.GetTagItem("error.type"));
        Assert.DoesNotContain(span.TagObjects, tag => $"{tag.Value}".Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fleet_without_a_worker_refuses_the_placement_and_fails_the_chat()
    {
        await using var services = GrainFleet.Services(new FleetEngines());
        await using var host = await GrainFleet.StartAsync(services, workers: 0);
        using var spans = new SpanRecorder();
        using var response = await ChatAsync(host, null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var ended = await spans.WaitAsync(2);
        Assert.Equal(("refused", "noworker"), (ended[0].GetTagItem("preble.placement.outcome"), ended[0].GetTagItem("error.type")));
        Assert.Equal(("no_worker", ActivityStatusCode.Error), (ended[1].GetTagItem("error.type"), ended[1].Status));
    }

    private static async Task<HttpResponseMessage> ChatAsync(ApiHost host, string? traceparent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"tiny","messages":[{"role":"user","content":"Hi"}],"max_tokens":9,"temperature":0}"""),
        };
        if (traceparent is not null)
        {
            request.Headers.TryAddWithoutValidation("traceparent", traceparent);
        }

        return await host.Http.SendAsync(request);
    }
}
