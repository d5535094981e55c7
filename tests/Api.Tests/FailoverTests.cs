using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Preble.Api.Tests.Fakes;
using Preble.Testing;

namespace Preble.Api.Tests;

/// <summary>What a client sees when workers refuse, break or leave, and what scheduler and workers hear of it.</summary>
public sealed class FailoverTests
{
    private const string Question = """{"model":"tiny","prompt":"Hi","max_tokens":12}""";
    private const string Streamed = """{"model":"tiny","prompt":"Hi","max_tokens":12,"stream":true}""";

    [Theory]
    [InlineData("error")]
    [InlineData("drained")]
    [InlineData("exception")]
    [InlineData("no end")]
    public async Task A_request_goes_on_elsewhere_from_prompt_and_tokens_so_far(string trouble)
    {
        var grains = new ScriptedGrains()
            .Worker("w0", (_, _) => BreaksAfter("Hello", trouble))
            .Worker("w1", ScriptedGrains.Says(FinishReason.Stop, ", world"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", Question);
        Assert.Equal("Hello, world", await TextAsync(response));

        var commands = grains.Commands.ToList();
        Assert.Equal(["w0", "w1"], commands.Select(sent => sent.Worker.Value));
        Assert.Equal(ScriptedGrains.Tokens("HiHello").AsEnumerable(), commands[1].Command.Prompt.AsEnumerable());
        Assert.Equal(12 - 5, commands[1].Command.MaxOutputTokens);
        Assert.Equal([0, 5], commands.Select(sent => sent.Command.OutputTokensInPrompt));
        Assert.NotEqual(commands[0].Command.Request, commands[1].Command.Request);
        Assert.Equal("w0", Assert.Single(grains.Queries.ToList()[1].Excluded).Value);
        Assert.Equal(
            [("w0", 5, false), ("w1", 7, true)], grains.Completions.Select(c => (c.Worker.Value, c.OutputTokens, c.Succeeded)));
    }

    [Fact]
    public async Task A_choice_that_lacked_only_its_end_is_not_placed_again()
    {
        var grains = new ScriptedGrains().Worker("w0", (_, _) => BreaksAfter("Hello, world", "error"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", Question);
        Assert.Equal("Hello, world", await TextAsync(response));
    }

    [Fact]
    public async Task A_full_queue_sends_the_request_to_another_worker()
    {
        var grains = new ScriptedGrains()
            .Worker("w0", ScriptedGrains.Refuses(RejectionReason.QueueFull))
            .Worker("w1", ScriptedGrains.Says(FinishReason.Stop, "yes"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", Question);
        Assert.Equal("yes", await TextAsync(response));
        Assert.Equal("w1", Assert.Single(response.Headers.GetValues("x-preble-worker")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Full_queues_give_429_after_two_of_them(int workers)
    {
        var grains = new ScriptedGrains();
        Enumerable.Range(0, workers).ToList().ForEach(i => grains.Worker($"w{i}", ScriptedGrains.Refuses(RejectionReason.QueueFull, 4)));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", Question);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("4", Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.Equal(Math.Min(2, workers), grains.Commands.Count);
        Assert.All(grains.Completions, completion => Assert.False(completion.Succeeded));
        Assert.Equal(grains.Commands.Count, grains.Completions.Count);
    }

    [Fact]
    public async Task Three_broken_workers_are_enough()
    {
        var grains = new ScriptedGrains();
        Enumerable.Range(0, 5).ToList().ForEach(i => grains.Worker($"w{i}", (_, _) => BreaksAfter("a", "exception")));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", Question);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("worker_failed", await ApiErrorTests.CodeAsync(response));
        Assert.Equal(3, grains.Completions.Count);
    }

    [Fact]
    public async Task A_stream_that_cannot_go_on_ends_with_an_error_event_and_without_done()
    {
        var grains = new ScriptedGrains().Worker("w0", (_, _) => BreaksAfter("Hello", "error"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", Streamed);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"text\":\"Hello\"", body, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"worker_failed\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_string_across_chunks_ends_the_worker_and_is_not_part_of_the_answer()
    {
        var cancelled = new TaskCompletionSource();
        var grains = new ScriptedGrains().Worker("w0", (_, cancellation) => ForeverAsync(["one t", "wo th", "ree", " four"], cancelled, cancellation));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", """{"model":"tiny","prompt":"Hi","max_tokens":50,"stop":["four","three"]}""");
        Assert.Equal("one two ", await TextAsync(response));
        await Wait.ForAsync(cancelled.Task, "the worker is cancelled");
        Assert.Equal(("w0", 13, true), grains.Completions.Select(c => (c.Worker.Value, c.OutputTokens, c.Succeeded)).Single());
    }

    [Fact]
    public async Task A_client_that_goes_away_cancels_the_worker_and_completes_the_booking()
    {
        var cancelled = new TaskCompletionSource();
        var grains = new ScriptedGrains().Worker("w0", (_, cancellation) => ForeverAsync(["Hello"], cancelled, cancellation));
        await using var host = await ApiHost.StartAsync(grains);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent(Streamed) };
        using (var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        await using (var stream = await response.Content.ReadAsStreamAsync())
        {
            Assert.True(await stream.ReadAsync(new byte[16]) > 0);
        }

        await Wait.ForAsync(cancelled.Task, "the worker is cancelled");
        await Wait.UntilAsync(() => grains.Completions.Count == 1, "the completion reaches the scheduler");
        Assert.False(grains.Completions.Single().Succeeded);
        await Wait.UntilAsync(() => host.Gate.Inside == 0, "the request has left");
    }

    [Fact]
    public async Task When_one_choice_fails_the_others_are_cancelled_and_the_client_hears_of_it()
    {
        var cancelled = new TaskCompletionSource();
        var grains = new ScriptedGrains().Worker("w0", (command, cancellation) => command.Request.Value.EndsWith("-1", StringComparison.Ordinal)
            ? BreaksAfter("a", "error")
            : ForeverAsync(["b"], cancelled, cancellation));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", """{"model":"tiny","prompt":"Hi","max_tokens":50,"n":2}""");
        Assert.Equal("worker_failed", await ApiErrorTests.CodeAsync(response));
        await Wait.ForAsync(cancelled.Task, "the other choice is cancelled");
    }

    [Fact]
    public async Task Half_a_character_is_never_sent()
    {
        var bytes = Encoding.UTF8.GetBytes("\U0001F600").Select(value => (int)value).ToArray();
        var grains = new ScriptedGrains().Worker("w0", (_, _) => ScriptTokens([.. bytes.Select(value => new[] { value })]));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", Streamed);
        Assert.DoesNotContain("\uFFFD", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<TokenChunk> BreaksAfter(string text, string trouble)
    {
        await Task.Yield();
        yield return new TokenChunk(ScriptedGrains.Tokens(text));
        switch (trouble)
        {
            case "error":
                yield return new TokenChunk([], FinishReason.Error, Error: "the engine failed");
                break;
            case "drained":
                yield return new TokenChunk([], FinishReason.Drained);
                break;
            case "exception":
                throw new IOException("the silo is gone");
        }
    }

    private static async IAsyncEnumerable<TokenChunk> ScriptTokens(int[][] chunks)
    {
        foreach (var chunk in chunks)
        {
            await Task.Yield();
            yield return new TokenChunk([.. chunk]);
        }

        yield return new TokenChunk([], FinishReason.Stop);
    }

    private static async IAsyncEnumerable<TokenChunk> ForeverAsync(
        string[] pieces, TaskCompletionSource cancelled, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var registration = cancellation.Register(cancelled.SetResult);
        foreach (var piece in pieces)
        {
            yield return new TokenChunk(ScriptedGrains.Tokens(piece));
        }

        await Task.Delay(Timeout.Infinite, cancellation);
    }

    private static async Task<string?> TextAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return body.RootElement.GetProperty("choices")[0].GetProperty("text").GetString();
    }
}
