using System.Globalization;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>Streams of one worker: right tokens, no waiting engine, no lost reader.</summary>
public sealed class GenerateTests : IAsyncDisposable
{
    private readonly GrainRig _rig = new(new RecordingScheduler());

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_stream_gives_the_tokens_of_the_request_alone_and_then_its_end()
    {
        var command = Requests.Of("r");
        var received = await Wait.ForAsync(_rig.GenerateAsync(command), "the stream");
        Assert.Equal(Requests.Alone(command), received.Tokens);
        Assert.Equal(FinishReason.Length, received.Last.Finish);
        Assert.All(received.Chunks.SkipLast(1), chunk => Assert.Null(chunk.Finish));
    }

    [Fact]
    public async Task Sixty_four_streams_at_once_give_the_tokens_of_each_alone()
    {
        // Steps as large as they can be, few blocks and shared prompts: sequences wait, share and are preempted, and no token may show it.
        _rig.Engines.Sizes = _rig.Engines.Sizes with { BlockCount = 96, StepTokens = 128, ItlTargetSeconds = 0 };
        var commands = Enumerable.Range(0, 64)
            .Select(i => Requests.Of(i.ToString("d2", CultureInfo.InvariantCulture), 20 + (i % 5 * 13), 24, seed: (ulong)(1 + (i % 7)))).ToArray();
        var streams = await Wait.ForAsync(Task.WhenAll(commands.Select(command => _rig.GenerateAsync(command))), "64 streams");
        Assert.All(commands.Zip(streams), pair => Assert.Equal(Requests.Alone(pair.First), pair.Second.Tokens));
        var status = await _rig.Worker().GetStatusAsync();
        Assert.True(status.PreemptionsTotal > 0, "the pool was meant to be too small");
        Assert.True(status.CachedTokensTotal > 0, "the prompts were meant to share");
        Assert.Equal((status.TotalBlocks, 64L * 24), (status.FreeBlocks, status.OutputTokensTotal));
    }

    [Fact]
    public async Task A_slow_reader_holds_nobody_up_and_finds_what_it_missed_in_one_chunk()
    {
        var command = Requests.Of("slow", outputTokens: 50);
        await using var slow = _rig.Worker().GenerateAsync(command, CancellationToken.None).GetAsyncEnumerator();
        _rig.Gate.Close();
        var first = slow.MoveNextAsync().AsTask();
        _rig.Gate.Permit();
        Assert.True(await Wait.ForAsync(first, "the first chunk"));
        var tokens = slow.Current.Tokens.ToList();
        _rig.Gate.Open();
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("quick", outputTokens: 60)), "a request that comes and goes meanwhile");

        Assert.True(await Wait.ForAsync(slow.MoveNextAsync().AsTask(), "the second chunk"));
        Assert.Equal(FinishReason.Length, slow.Current.Finish);
        Assert.Equal(Requests.Alone(command), tokens.Concat(slow.Current.Tokens));
        Assert.False(await slow.MoveNextAsync());
    }

    [Fact]
    public async Task A_cancelled_request_is_in_no_step_after_its_cancellation_and_its_blocks_are_free()
    {
        using var gone = new CancellationTokenSource();
        _rig.Gate.Close();
        var left = _rig.GenerateAsync(Requests.Of("left", 200, 1000, seed: 5), cancellation: gone.Token);
        await Wait.ForAsync(_rig.Gate.Reached(1), "its first step");
        var stays = _rig.GenerateAsync(Requests.Of("stays", 40, 30));
        _rig.Gate.Permit();
        await Wait.ForAsync(_rig.Gate.Reached(2), "the second step, with or without the other");
        await gone.CancelAsync();
        var before = _rig.Gate.Steps.Count;
        _rig.Gate.Permit(1000);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wait.ForAsync(left, "the cancelled stream to end"));
        await Wait.ForAsync(stays, "the other stream");
        Assert.All(_rig.Gate.Steps.Skip(before), step => Assert.Equal(["stays"], step));
        await AssertAllFreeAsync();
    }

    [Fact]
    public async Task A_reader_that_stops_reading_cancels_its_request()
    {
        var stream = _rig.Worker().GenerateAsync(Requests.Of("endless", outputTokens: 4000), CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await Wait.ForAsync(stream.MoveNextAsync().AsTask(), "a chunk"));
        await stream.DisposeAsync();
        await AssertAllFreeAsync();
        Assert.InRange((await _rig.Worker().GetStatusAsync()).OutputTokensTotal, 1, 3999);
    }

    [Fact]
    public async Task A_full_queue_is_answered_with_a_rejection()
    {
        _rig.Engines.Sizes = _rig.Engines.Sizes with { RunningSequences = 1, WaitingRequests = 1 };
        _rig.Gate.Close();
        var runs = _rig.GenerateAsync(Requests.Of("runs", outputTokens: 500));
        await Wait.ForAsync(_rig.Gate.Reached(1), "the first request to run");
        var others = new[] { _rig.GenerateAsync(Requests.Of("a")), _rig.GenerateAsync(Requests.Of("b")), _rig.GenerateAsync(Requests.Of("c")) };
        await _rig.Gate.StepUntilAsync(() => Task.FromResult(others.Any(other => other.IsCompleted)), "a rejection");
        _rig.Gate.Permit(1000);
        var ends = await Wait.ForAsync(Task.WhenAll(others), "every answer");
        Assert.Contains(ends, end => end.Chunks is [{ Rejection.Reason: RejectionReason.QueueFull, Rejection.RetryAfterSeconds: > 0 }]);
        Assert.Contains(ends, end => end.Last.Finish == FinishReason.Length);
        await Wait.ForAsync(runs, "the request that ran");
    }

    [Fact]
    public async Task A_prompt_over_the_context_is_one_chunk_with_the_numbers()
    {
        var received = await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("long", FakeEngines.Context + 5)), "the refusal");
        var rejection = Assert.Single(received.Chunks).Rejection;
        Assert.Equal(RejectionReason.PromptTooLong, rejection?.Reason);
        Assert.Contains("4101", rejection!.Message, StringComparison.Ordinal);
    }

    private Task AssertAllFreeAsync() =>
        Wait.UntilAsync(
            async () => await _rig.Worker().GetStatusAsync() is { RunningRequests: 0, WaitingRequests: 0 } status && status.FreeBlocks == status.TotalBlocks,
            "all blocks to be free");
}
