using System.Net;
using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Preble.Api.Tests.Fakes;
using Preble.Client;
using Preble.Testing;

namespace Preble.Api.Tests;

/// <summary>Our client against our server, and against servers that misbehave.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task An_answer_has_text_reason_and_usage_with_cached_tokens()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Length, "Par", "is")));
        using var client = Client(host);
        var response = await client.GetResponseAsync("What is the capital of France?", new ChatOptions { MaxOutputTokens = 5, Instructions = "Be brief." });
        Assert.Equal("Paris", response.Text);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal((5, 16), (response.Usage!.OutputTokenCount, response.Usage.CachedInputTokenCount));
        Assert.Equal("tiny", response.ModelId);
    }

    [Fact]
    public async Task What_is_ours_alone_travels_as_additional_properties()
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "yes"));
        await using var host = await ApiHost.StartAsync(grains);
        using var client = Client(host);
        var options = new ChatOptions
        {
            AdditionalProperties = new()
            {
                [PrebleChatProperties.Priority] = -7,
                [PrebleChatProperties.Timeout] = TimeSpan.FromSeconds(90),
                [PrebleChatProperties.CachePin] = 60.5,
                [PrebleChatProperties.CacheSalt] = "salt",
                [PrebleChatProperties.PromptCacheKey] = "conversation 7",
                [PrebleChatProperties.User] = "ann",
                ["another client's"] = new object(),
            },
        };
        await client.GetResponseAsync("Hi", options);
        var command = Assert.Single(grains.Commands).Command;
        Assert.Equal(
            (-7, 90.0, 60.5, "salt", "ann"), (command.Priority, command.TimeoutSeconds, command.PinSeconds, command.CacheSalt, command.Tenant));
        Assert.Equal(SessionKey.Of(null, "conversation 7", "ann"), Assert.Single(grains.Queries).SessionHash);

        options.AdditionalProperties[PrebleChatProperties.Priority] = "urgent";
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync("Hi", options));
    }

    [Fact]
    public async Task A_stream_gives_the_pieces_the_reason_the_usage_and_the_worker()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "Par", "is")));
        using var client = Client(host);
        var updates = await client.GetStreamingResponseAsync("What is the capital of France?").ToListAsync();
        Assert.Equal(["Par", "is"], updates.Select(update => update.Text).Where(text => text.Length > 0));
        Assert.Equal(ChatFinishReason.Stop, updates.Single(update => update.FinishReason is not null).FinishReason);
        Assert.Equal(16, updates.SelectMany(update => update.Contents).OfType<UsageContent>().Single().Details.CachedInputTokenCount);
        Assert.All(updates, update => Assert.Equal("w0", update.AdditionalProperties![PrebleChatClient.WorkerProperty]));
    }

    [Fact]
    public async Task An_error_has_status_code_message_and_request_id()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains());
        using var client = Client(host);
        var error = await Assert.ThrowsAsync<PrebleApiException>(() => client.GetResponseAsync("Hi", new ChatOptions { ModelId = "another" }));
        Assert.Equal((404, "model_not_found"), (error.Status, error.Code));
        Assert.Equal("00000000000000000000000000000007", error.RequestId);
    }

    [Fact]
    public async Task A_stream_that_fails_in_the_middle_throws()
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Error, "Hello"));
        await using var host = await ApiHost.StartAsync(grains);
        using var client = Client(host);
        var text = "";
        var error = await Assert.ThrowsAsync<PrebleApiException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync("Hi"))
            {
                text += update.Text;
            }
        });
        Assert.Equal(("Hello", "worker_failed"), (text, error.Code));
    }

    [Fact]
    public async Task A_stream_cut_before_its_end_throws()
    {
        using var http = new HttpClient(new Answers(() => Text(HttpStatusCode.OK, "data: {\"choices\":[]}\n\n")));
        using var client = new PrebleChatClient(Options(new ManualTimeProvider()), http);
        await Assert.ThrowsAsync<PrebleApiException>(() => client.GetStreamingResponseAsync("Hi").ToListAsync().AsTask());
    }

    [Fact]
    public async Task A_refusal_is_tried_again_when_the_server_says_and_not_sooner()
    {
        var time = new ManualTimeProvider();
        var answers = new Answers(
            () => Text(HttpStatusCode.TooManyRequests, """{"error":{"message":"full","code":"queue_full"}}""", retryAfterSeconds: 7),
            () => Text(HttpStatusCode.OK, """{"choices":[{"index":0,"message":{"role":"assistant","content":"yes"},"finish_reason":"stop"}]}"""));
        using var http = new HttpClient(answers);
        using var client = new PrebleChatClient(Options(time), http);
        var asking = client.GetResponseAsync("Hi");
        await Wait.UntilAsync(() => time.ArmedTimers > 0, "the client pauses");
        time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Equal(1, answers.Count);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("yes", (await Wait.ForAsync(asking, "the answer")).Text);
    }

    [Fact]
    public async Task Refusals_are_not_tried_again_for_ever()
    {
        var answers = new Answers(() => Text(HttpStatusCode.ServiceUnavailable, "<html>", retryAfterSeconds: 0));
        using var http = new HttpClient(answers);
        using var client = new PrebleChatClient(Options(TimeProvider.System) with { LongestPause = TimeSpan.Zero, Retries = 2 }, http);
        var error = await Assert.ThrowsAsync<PrebleApiException>(() => client.GetResponseAsync("Hi"));
        Assert.Equal((503, 3), (error.Status, answers.Count));
    }

    [Fact]
    public async Task What_the_server_cannot_do_is_refused_before_it_is_sent()
    {
        using var http = new HttpClient(new Answers());
        using var client = new PrebleChatClient(Options(TimeProvider.System), http);
        var tools = new ChatOptions { Tools = [Tool()] };
        await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync("Hi", tools));
        await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync("Hi", new ChatOptions { ResponseFormat = ChatResponseFormat.Json }));
    }

    [Fact]
    public void Options_are_checked_when_the_client_is_made()
    {
        Assert.Throws<InvalidOperationException>(() => new PrebleChatClient(new PrebleClientOptions { Endpoint = new Uri("ftp://x") }));
        Assert.Throws<InvalidOperationException>(() => new PrebleChatClient(new PrebleClientOptions { Timeout = TimeSpan.Zero }));
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddPrebleChatClient(new PrebleClientOptions { Retries = -1 }));
        using var provider = new ServiceCollection().AddPrebleChatClient(new PrebleClientOptions()).BuildServiceProvider();
        Assert.Same(provider.GetRequiredService<PrebleChatClient>(), provider.GetRequiredService<IChatClient>());
    }

    private static AITool Tool() => AIFunctionFactory.CreateDeclaration("f", "does", default);

    private static PrebleChatClient Client(ApiHost host) => new(new PrebleClientOptions { Endpoint = host.Http.BaseAddress!, Retries = 0 });

    private static PrebleClientOptions Options(TimeProvider time) => new() { Endpoint = new Uri("http://nowhere"), Model = "tiny", Time = time };

    private static HttpResponseMessage Text(HttpStatusCode status, string body, double? retryAfterSeconds = null)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        response.Headers.RetryAfter = retryAfterSeconds is { } seconds ? new(TimeSpan.FromSeconds(seconds)) : null;
        return response;
    }

    /// <summary>A server on a string: gives its answers in turn, the last one for ever.</summary>
    private sealed class Answers(params Func<HttpResponseMessage>[] answers) : HttpMessageHandler
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answers[Math.Min(Count++, answers.Length - 1)]());
    }
}
