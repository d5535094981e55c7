using System.Net;
using System.Runtime.CompilerServices;
using Preble.Api.Tests.Fakes;
using Preble.Testing;

namespace Preble.Api.Tests;

/// <summary>A request's own time-out: what the client gets, and what each worker is told.</summary>
public sealed class TimeoutTests
{
    private const string Question = """{"model":"tiny","prompt":"Hi","max_tokens":12,"timeout":10}""";
    private const string Streamed = """{"model":"tiny","prompt":"Hi","max_tokens":12,"timeout":10,"stream":true}""";

    [Theory]
    [InlineData(Question)]
    [InlineData(Streamed)]
    public async Task Before_the_first_token_it_is_504(string body)
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.TimedOut));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", body);
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("request_timeout", await ApiErrorTests.CodeAsync(response));
        Assert.False(Assert.Single(grains.Completions).Succeeded);
    }

    [Theory]
    [InlineData(Question)]
    [InlineData(Streamed)]
    public async Task After_it_the_answer_so_far_ends_with_length(string body)
    {
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(FinishReason.TimedOut, "Par", "is"));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"finish_reason\":\"length\"", answer, StringComparison.Ordinal);
        Assert.Contains("is\"", answer, StringComparison.Ordinal);
        Assert.Equal(body == Streamed, answer.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_choice_without_a_token_beside_one_with_some_is_an_empty_text()
    {
        var begun = new TaskCompletionSource();
        var grains = new ScriptedGrains().Worker("w0", (command, _) => command.Request.Value.EndsWith("-0", StringComparison.Ordinal)
            ? SaysAndTells("yes", begun)
            : EndsAfter(begun.Task, new TokenChunk([], FinishReason.TimedOut)));
        await using var host = await ApiHost.StartAsync(grains);
        using var response = await host.PostAsync("/v1/completions", Question.Replace("\"timeout\"", "\"n\":2,\"timeout\"", StringComparison.Ordinal));
        var answer = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"text\":\"yes\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"text\":\"\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_worker_gets_the_time_that_is_left()
    {
        var time = new ManualTimeProvider();
        var grains = new ScriptedGrains()
            .Worker("w0", (_, _) => FailsAfter(() => time.Advance(TimeSpan.FromSeconds(4))))
            .Worker("w1", ScriptedGrains.Says(FinishReason.Stop, "yes"));
        await using var host = await ApiHost.StartAsync(grains, time);
        using var response = await host.PostAsync("/v1/completions", Question);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([10.0, 6.0], grains.Commands.Select(sent => sent.Command.TimeoutSeconds));
    }

    [Fact]
    public async Task When_no_time_is_left_no_other_worker_is_asked()
    {
        var time = new ManualTimeProvider();
        var grains = new ScriptedGrains()
            .Worker("w0", (_, _) => FailsAfter(() => time.Advance(TimeSpan.FromSeconds(10))))
            .Worker("w1", ScriptedGrains.Says(FinishReason.Stop, "too late"));
        await using var host = await ApiHost.StartAsync(grains, time);
        using var response = await host.PostAsync("/v1/completions", Question);
        Assert.Equal("request_timeout", await ApiErrorTests.CodeAsync(response));
        Assert.Single(grains.Commands);
    }

    [Fact]
    public async Task A_worker_that_does_not_keep_the_deadline_is_left()
    {
        var time = new ManualTimeProvider();
        var asked = new TaskCompletionSource();
        var grains = new ScriptedGrains().Worker("w0", (_, cancellation) => HangsAsync(asked, cancellation));
        await using var host = await ApiHost.StartAsync(grains, time);
        var asking = host.PostAsync("/v1/completions", Question);
        await Wait.ForAsync(asked.Task, "the worker is asked");
        time.Advance(TimeSpan.FromSeconds(10 + ApiLimits.DeadlineGraceSeconds));
        using var response = await Wait.ForAsync(asking, "the answer");
        Assert.Equal("request_timeout", await ApiErrorTests.CodeAsync(response));
        Assert.Single(grains.Completions);
    }

    [Fact]
    public async Task Who_waits_for_a_placement_is_told_at_the_deadline_and_not_when_a_worker_would_be_given_up()
    {
        var time = new ManualTimeProvider();
        var grains = new ScriptedGrains { Placing = new TaskCompletionSource() };
        await using var host = await ApiHost.StartAsync(grains, time);
        var asking = host.PostAsync("/v1/completions", Question);
        await Wait.UntilAsync(() => !grains.Queries.IsEmpty, "the scheduler is asked");
        time.Advance(TimeSpan.FromSeconds(10 + ApiLimits.PlacementGraceSeconds));
        using var response = await Wait.ForAsync(asking, "the answer");
        Assert.Equal("request_timeout", await ApiErrorTests.CodeAsync(response));
    }

    private static async IAsyncEnumerable<TokenChunk> FailsAfter(Action before)
    {
        await Task.Yield();
        before();
        yield return new TokenChunk([], FinishReason.Error, Error: "planted");
    }

    private static async IAsyncEnumerable<TokenChunk> SaysAndTells(string text, TaskCompletionSource told)
    {
        await Task.Yield();
        yield return new TokenChunk(ScriptedGrains.Tokens(text));
        told.SetResult();
        yield return new TokenChunk([], FinishReason.TimedOut);
    }

    private static async IAsyncEnumerable<TokenChunk> EndsAfter(Task awaited, TokenChunk end)
    {
        await awaited;
        yield return end;
    }

    private static async IAsyncEnumerable<TokenChunk> HangsAsync(
        TaskCompletionSource asked, [EnumeratorCancellation] CancellationToken cancellation)
    {
        asked.SetResult();
        await Task.Delay(Timeout.Infinite, cancellation);
        yield break;
    }
}
