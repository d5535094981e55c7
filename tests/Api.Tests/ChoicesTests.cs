using System.Net;
using System.Text.Json;
using Preble.Api.Tests.Fakes;

namespace Preble.Api.Tests;

/// <summary>The choices of one request go to one worker, so that they share the prompt there; and whom a request is counted for.</summary>
public sealed class ChoicesTests
{
    private const string Four = """{"model":"tiny","prompt":"Hi","max_tokens":12,"n":4}""";

    [Fact]
    public async Task All_choices_are_placed_at_once_and_completed_each()
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "yes"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", Four);
        Assert.Equal(["yes", "yes", "yes", "yes"], await TextsAsync(response));
        var query = Assert.Single(grains.Queries);
        var placed = query.Siblings.Prepend(query.Request).ToHashSet();
        Assert.Equal(4, placed.Count);
        Assert.Equal(placed, [.. grains.Commands.Select(sent => sent.Command.Request)]);
        Assert.Equal(4, grains.Completions.Count);
        Assert.Equal(placed, [.. grains.Completions.Select(completion => completion.Request)]);
    }

    [Fact]
    public async Task Those_that_the_worker_refuses_go_to_another()
    {
        var grains = new ScriptedGrains()
            .Worker("w0", (command, cancellation) => command.Request.Value[^1] is '0' or '2'
                ? ScriptedGrains.Says(FinishReason.Stop, "first")(command, cancellation)
                : ScriptedGrains.Refuses(RejectionReason.QueueFull)(command, cancellation))
            .Worker("w1", ScriptedGrains.Says(FinishReason.Stop, "second"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", Four);
        Assert.Equal(["first", "second", "first", "second"], await TextsAsync(response));
        Assert.All(grains.Queries.Skip(1), query => Assert.Equal("w0", Assert.Single(query.Excluded).Value));
        Assert.Equal(6, grains.Completions.Count);
    }

    [Fact]
    public async Task Usage_counts_the_prompt_once_and_as_cached_what_was_there_before_the_request_came()
    {
        // The first choice was admitted last here, and found what the third had computed.
        var grains = new ScriptedGrains().Worker("w0", (command, _) => ScriptedGrains.Cached(command.Request.Value[^1] == '2' ? 1 : 2, "yes"));
        await using var host = await ApiHost.StartAsync(grains);
        using var one = await host.PostAsync("/v1/completions", Four.Replace(",\"n\":4", "", StringComparison.Ordinal));
        using var four = await host.PostAsync("/v1/completions", Four);
        var (alone, together) = (await UsageAsync(one), await UsageAsync(four));
        Assert.Equal(alone.Prompt, together.Prompt);
        Assert.Equal(4 * alone.Output, together.Output);
        Assert.Equal(together.Prompt + together.Output, together.Total);
        Assert.Equal((2, 1), (alone.Cached, together.Cached));
    }

    [Fact]
    public async Task Usage_tells_guesses_from_each_other_over_all_choices_and_workers()
    {
        var grains = new ScriptedGrains().Worker("w0", (command, _) => Guessing("ye", command, FinishReason.Drained))
            .Worker("w1", (command, _) => Guessing("s", command, FinishReason.Stop));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", Four);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        // Each worker has said 3 and then 5 guesses, of which 1 and then 2 were right.
        Assert.Equal(
            """{"accepted_prediction_tokens":16,"rejected_prediction_tokens":24}""",
            body.RootElement.GetProperty("usage").GetProperty("completion_tokens_details").GetRawText());
        Assert.Equal(["yes", "yes", "yes", "yes"], body.RootElement.GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("text").GetString()));
    }

    private static async IAsyncEnumerable<TokenChunk> Guessing(string text, GenerateCommand command, FinishReason finish)
    {
        await Task.Yield();
        Assert.Equal("Hi".Length + command.OutputTokensInPrompt, command.Prompt.Length);
        yield return new TokenChunk(ScriptedGrains.Tokens(text)) { DraftedTokens = 3, AcceptedTokens = 1 };
        yield return new TokenChunk([], finish) { DraftedTokens = 5, AcceptedTokens = 2 };
    }

    private static async Task<(int Prompt, int Output, int Total, int Cached)> UsageAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var usage = body.RootElement.GetProperty("usage");
        return (
            usage.GetProperty("prompt_tokens").GetInt32(),
            usage.GetProperty("completion_tokens").GetInt32(),
            usage.GetProperty("total_tokens").GetInt32(),
            usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
    }

    [Theory]
    [InlineData("acme", "ann", "acme")]
    [InlineData("", "ann", "ann")]
    [InlineData(null, "ann", "ann")]
    [InlineData(null, null, "")]
    public async Task The_tenant_is_the_headers_else_the_user_else_nobody(string? header, string? user, string tenant)
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "yes"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await PostAsync(host, header, user);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(tenant, Assert.Single(grains.Commands).Command.Tenant);
    }

    [Theory]
    [InlineData("a\tb")]
    [InlineData("long")]
    public async Task A_tenant_that_is_no_name_is_refused(string header)
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.Stop, "yes"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await PostAsync(host, header == "long" ? new string('x', ApiLimits.TenantCharacters + 1) : header, null);
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        var error = body.RootElement.GetProperty("error");
        Assert.Equal((400, "X-Tenant-Id", "invalid_value"), ((int)response.StatusCode, error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
        Assert.Empty(grains.Queries);
    }

    [Fact]
    public async Task A_stream_cut_for_its_slow_reader_ends_with_an_error_event_and_done()
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.SlowReader, "Hello"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", """{"model":"tiny","prompt":"Hi","stream":true}""");
        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"code\":\"slow_reader\"", body, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", body, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(ApiHost host, string? header, string? user)
    {
        var json = JsonSerializer.Serialize(new { model = "tiny", prompt = "Hi", user });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent(json) };
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Tenant-Id", header);
        }

        return await host.Http.SendAsync(request);
    }

    private static async Task<string[]> TextsAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return [.. body.RootElement.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString()!)];
    }
}
