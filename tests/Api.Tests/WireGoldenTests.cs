using Preble.Api.Tests.Fakes;

namespace Preble.Api.Tests;

/// <summary>Exact requests and exact answers, byte for byte: what OpenAI's clients send and expect.</summary>
public sealed class WireGoldenTests
{
    private static readonly string[] Pieces = ["Par", "is \"is\"", " the\ncap", "ital: ", "\u00E9\U0001F600 <b>&"];

    [Theory]
    [InlineData("/v1/chat/completions", "chat", "json")]
    [InlineData("/v1/chat/completions", "chat-everything", "json")]
    [InlineData("/v1/chat/completions", "chat-stream", "sse")]
    [InlineData("/v1/chat/completions", "chat-stream-usage", "sse")]
    [InlineData("/v1/completions", "completion", "json")]
    [InlineData("/v1/completions", "completion-tokens", "json")]
    [InlineData("/v1/completions", "completion-stream", "sse")]
    public async Task An_answer_is_the_same_bytes(string path, string name, string kind)
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, Pieces));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync(path, GoldenFile.Read($"{name}.request.json"));
        Assert.Equal(kind == "sse" ? "text/event-stream; charset=utf-8" : "application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        GoldenFile.Equal($"{name}.response.{kind}", await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/v1/models", "models.json")]
    [InlineData("/v1/models/tiny", "model.json")]
    [InlineData("/v1/models/another", "model-unknown.json")]
    [InlineData("/health/live", "health-live.json")]
    [InlineData("/health/ready", "health-ready.json")]
    [InlineData("/v1/nothing", "unknown-route.json")]
    [InlineData("/v1/chat/completions", "wrong-method.json")]
    public async Task A_get_is_the_same_bytes(string path, string name)
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop)));
        GoldenFile.Equal(name, await (await host.Http.GetAsync(path)).Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/v1/models", 200)]
    [InlineData("/v1/models/tiny", 200)]
    [InlineData("/v1/models/another", 404)]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 200)]
    [InlineData("/metrics", 200)]
    [InlineData("/v1/chat/completions", 405)]
    public async Task HEAD_gives_the_headers_of_GET_without_its_body(string path, int status)
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop)));
        using var response = await host.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.NotNull(response.Content.Headers.ContentType);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Every_answer_has_a_request_id()
    {
        await using var host = await ApiHost.StartAsync(new ScriptedGrains());
        foreach (var path in new[] { "/health/live", "/v1/nothing", "/v1/models/another", "/metrics" })
        {
            using var response = await host.Http.GetAsync(path);
            Assert.Equal("00000000000000000000000000000007", Assert.Single(response.Headers.GetValues("x-request-id")));
        }
    }

    [Fact]
    public async Task What_the_client_asks_for_reaches_the_worker()
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "x"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/chat/completions", GoldenFile.Read("chat-everything.request.json"));
        var commands = grains.Commands.Select(sent => sent.Command).OrderBy(command => command.Request.Value, StringComparer.Ordinal).ToList();
        Assert.Equal(2, commands.Count);
        var expected = new SamplingOptions(0.5f, 40, 0.9f, 0.05f, 1.1f, 0.25f, -0.5f, Seed: 42);
        Assert.Equal(expected, commands[0].Sampling);
        Assert.Equal(expected with { Seed = 43 }, commands[1].Sampling);
        Assert.All(commands, command => Assert.Equal(9, command.MaxOutputTokens));
        Assert.All(commands, command => Assert.Equal("tenant", command.CacheSalt));
        Assert.All(commands, command => Assert.Equal(
            (-5, "ann", 7.5, 60.0), (command.Priority, command.Tenant, command.TimeoutSeconds, command.PinSeconds)));
        Assert.Equal(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhat is the capital?<|im_end|>\ntools 1\n<|im_start|>assistant\n",
            new ByteTokenizer().Decode(commands[0].Prompt.AsSpan(), special: true));
    }
}
