using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Preble.Actors;
using Preble.Api.Tests.Fakes;
using Preble.Testing;

namespace Preble.Api.Tests;

/// <summary>Workers that die or freeze without a word: their streams go on elsewhere, and nobody waits for them.</summary>
public sealed class LostWorkerTests
{
    private const string Question = """{"model":"tiny","prompt":"Hi","max_tokens":12}""";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly ConcurrentQueue<CancellationToken> _frozen = new();

    [Fact]
    public async Task A_stream_of_a_frozen_worker_goes_on_elsewhere_after_a_second_of_silence_and_two_of_questions()
    {
        var thaw = new TaskCompletionSource();
        var (grains, pings) = Frozen(thaw.Task);
        await using var host = await ApiHost.StartAsync(grains, _time);
        using var answer = await LoseAsync(host, pings);
        Assert.Equal("Hello, world", await TextAsync(answer));
        Assert.Equal(["w0", "w1"], grains.Commands.Select(sent => sent.Worker.Value));

        // It was never waited for, but it is told, for the time when it comes back.
        Assert.True(Assert.Single(_frozen).IsCancellationRequested);
        Assert.Equal([false, true], grains.Completions.Select(completion => completion.Succeeded));
        thaw.SetResult();
    }

    [Fact]
    public async Task A_worker_whose_process_is_gone_is_found_sooner()
    {
        var (grains, pings) = Frozen(Task.Delay(Timeout.Infinite), () => throw new IOException("connection refused"));
        await using var host = await ApiHost.StartAsync(grains, _time);
        var asking = host.PostAsync("/v1/completions", Question);
        await Wait.UntilAsync(() => !_frozen.IsEmpty, "the worker to freeze");
        _time.Advance(Second);
        Assert.Single(pings);
        var asked = _time.GetTimestamp();
        await Wait.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
                return pings.Count == 2;
            },
            "the second question");
        Assert.True(_time.GetElapsedTime(asked) >= new ContactOptions().Pause, "it was asked again without a pause");
        await Wait.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
                return asking.IsCompleted;
            },
            "the answer");
        Assert.Equal("Hello, world", await TextAsync(await asking));
        Assert.Equal(2, pings.Count);
    }

    [Fact]
    public async Task A_quiet_worker_that_answers_is_waited_for_and_asked_once_a_second()
    {
        var mayEnd = new TaskCompletionSource();
        var grains = new ScriptedGrains().Worker("w0", (_, _) => HeldAsync(mayEnd.Task));
        var pings = new ConcurrentQueue<bool>();
        grains.Pings["w0"] = () =>
        {
            pings.Enqueue(true);
            return Task.CompletedTask;
        };
        await using var host = await ApiHost.StartAsync(grains, _time);
        var asking = Enumerable.Range(0, 4).Select(_ => host.PostAsync("/v1/completions", Question)).ToArray();
        await Wait.UntilAsync(() => grains.Commands.Count == 4, "all streams");
        for (var second = 1; second <= 20; second++)
        {
            _time.Advance(Second);
            await Wait.UntilAsync(() => pings.Count >= second, "a question");
        }

        mayEnd.SetResult();
        foreach (var response in await Wait.ForAsync(Task.WhenAll(asking), "the answers"))
        {
            Assert.Equal("Hello", await TextAsync(response));
        }

        // Whoever's answer came between two looks is asked for again at the next.
        Assert.InRange(pings.Count, 20, 40);
        Assert.Equal(4, grains.Commands.Count);
    }

    [Fact]
    public async Task New_requests_pass_over_a_lost_worker_until_it_answers_again()
    {
        var thaw = new TaskCompletionSource();
        var (grains, pings) = Frozen(thaw.Task);
        await using var host = await ApiHost.StartAsync(grains, _time);
        (await LoseAsync(host, pings)).Dispose();
        using (await Wait.ForAsync(host.PostAsync("/v1/completions", Question), "the next answer"))
        {
            Assert.Equal("w0", Assert.Single(grains.Queries.Last().Excluded).Value);
        }

        thaw.SetResult();
        await Wait.UntilAsync(
            async () =>
            {
                using var response = await host.PostAsync("/v1/completions", Question);
                return grains.Queries.Count(query => query.Excluded.IsEmpty) > 1;
            },
            "the worker to be asked again");
    }

    [Fact]
    public async Task Of_a_worker_that_no_process_owns_the_scheduler_hears_at_once()
    {
        var grains = new ScriptedGrains()
            .Worker("w0", (_, _) => throw new WorkerGoneException("w0"))
            .Worker("w1", ScriptedGrains.Says(FinishReason.Stop, "yes"));
        await using var host = await ApiHost.StartAsync(grains, _time);
        using var response = await host.PostAsync("/v1/completions", Question);
        Assert.Equal("yes", await TextAsync(response));
        Assert.Equal("w0", Assert.Single(grains.Losses).Value);
    }

    [Fact]
    public async Task A_client_that_leaves_a_frozen_worker_does_not_wait_for_it()
    {
        var (grains, _) = Frozen(Task.Delay(Timeout.Infinite));
        await using var host = await ApiHost.StartAsync(grains, _time);
        using (var gone = new CancellationTokenSource())
        {
            var asking = host.Http.PostAsync("/v1/completions", new StringContent(Question), gone.Token);
            await Wait.UntilAsync(() => !_frozen.IsEmpty, "the worker to freeze");
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }

        await Wait.UntilAsync(() => host.Gate.Inside == 0, "the request has left");
        Assert.True(_frozen.Single().IsCancellationRequested);
    }

    [Theory]
    [InlineData(FinishReason.Drained, 6)]
    [InlineData(FinishReason.Error, 3)]
    public async Task Drained_workers_with_progress_do_not_count_and_broken_ones_do(FinishReason end, int expected)
    {
        // Two workers that by turns give one token and end: a rolling restart without an end.
        var grains = new ScriptedGrains().Worker("w0", ScriptedGrains.Says(end, "a")).Worker("w1", ScriptedGrains.Says(end, "a")).Worker("w2", ScriptedGrains.Says(end, "a"));
        await using var host = await ApiHost.StartAsync(grains, _time);
        using var response = await host.PostAsync("/v1/completions", Question.Replace("12", "6", StringComparison.Ordinal));
        Assert.Equal(end == FinishReason.Drained ? HttpStatusCode.OK : HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(expected, grains.Commands.Count);
    }

    [Fact]
    public async Task Drained_workers_without_progress_are_enough_after_three()
    {
        var grains = new ScriptedGrains();
        Enumerable.Range(0, 5).ToList().ForEach(i => grains.Worker($"w{i}", ScriptedGrains.Refuses(RejectionReason.Draining)));
        await using var host = await ApiHost.StartAsync(grains, _time);
        using var response = await host.PostAsync("/v1/completions", Question);
        Assert.Equal("draining", await ApiErrorTests.CodeAsync(response));
        Assert.Equal(3, grains.Commands.Count);
    }

    /// <summary>A worker that gives five tokens and then nothing more, whoever cancels; and one that goes on.</summary>
    private (ScriptedGrains Grains, ConcurrentQueue<bool> Pings) Frozen(Task thaw, Func<Task>? ping = null)
    {
        var pings = new ConcurrentQueue<bool>();
        var grains = new ScriptedGrains()
            .Worker("w0", (_, cancellation) => FrozenAsync(thaw, cancellation))
            .Worker("w1", ScriptedGrains.Says(FinishReason.Stop, ", world"));
        grains.Pings["w0"] = () =>
        {
            pings.Enqueue(true);
            return ping?.Invoke() ?? thaw;
        };
        return (grains, pings);
    }

    /// <summary>One request whose worker freezes; time goes on by no more than it takes to find that.</summary>
    private async Task<HttpResponseMessage> LoseAsync(ApiHost host, ConcurrentQueue<bool> pings)
    {
        var asking = host.PostAsync("/v1/completions", Question);
        await Wait.UntilAsync(() => !_frozen.IsEmpty, "the worker to freeze");
        _time.Advance(Second - TimeSpan.FromMilliseconds(250));
        Assert.Empty(pings);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Single(pings);
        var timers = _time.ArmedTimers;
        _time.Advance(Second);
        await Wait.UntilAsync(() => pings.Count == 2 && _time.ArmedTimers == timers, "the second question");
        Assert.False(asking.IsCompleted);
        _time.Advance(Second);
        return await Wait.ForAsync(asking, "the answer");
    }

    private async IAsyncEnumerable<TokenChunk> FrozenAsync(Task thaw, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return new TokenChunk(ScriptedGrains.Tokens("Hello"));
        _frozen.Enqueue(cancellation);
        await thaw;
    }

    private static async IAsyncEnumerable<TokenChunk> HeldAsync(Task mayEnd)
    {
        yield return new TokenChunk(ScriptedGrains.Tokens("Hello"));
        await mayEnd;
        yield return new TokenChunk([], FinishReason.Stop);
    }

    private static async Task<string?> TextAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return body.RootElement.GetProperty("choices")[0].GetProperty("text").GetString();
    }
}
