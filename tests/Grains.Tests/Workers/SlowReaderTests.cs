using Preble.Actors.Workers;
using Preble.Core;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>Streams that nobody reads, and requests that run out of time: an end of their own, free blocks, and nobody else disturbed.</summary>
public sealed class SlowReaderTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = new WorkerGrainOptions().SlowReaderPatience;

    private readonly GrainRig _rig = new(new RecordingScheduler());

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_stream_that_is_not_read_is_cut_and_the_others_get_their_tokens()
    {
        _rig.Gate.Close();
        var quick = Requests.Of("quick", outputTokens: 200, seed: 2);
        var others = _rig.GenerateAsync(quick);
        var slow = _rig.Worker().GenerateAsync(Requests.Of("slow", 300, 3000), CancellationToken.None).GetAsyncEnumerator();
        var first = slow.MoveNextAsync().AsTask();
        await _rig.Gate.StepUntilAsync(() => Task.FromResult(first.IsCompleted), "the first tokens of the slow stream");
        await StepsAsync(Limits.UnreadTokens + 3);
        Assert.Contains("slow", _rig.Gate.Steps[^1]);

        _rig.Time.Advance(Patience);
        _rig.Gate.Open();
        Assert.Equal(Requests.Alone(quick), (await Wait.ForAsync(others, "the other stream")).Tokens);
        await Wait.UntilAsync(async () => await _rig.Worker().GetStatusAsync() is { RunningRequests: 0 } s && s.FreeBlocks == s.TotalBlocks, "free blocks");
        Assert.True(await Wait.ForAsync(slow.MoveNextAsync().AsTask(), "the end of the slow stream"));
        Assert.Equal(FinishReason.SlowReader, slow.Current.Finish);
        Assert.Empty(slow.Current.Tokens);
        Assert.False(await slow.MoveNextAsync());
        Assert.InRange((await _rig.Worker().GetStatusAsync()).OutputTokensTotal, 200, 1000);
    }

    [Fact]
    public async Task One_that_reads_now_and_then_or_has_little_to_read_is_left_alone()
    {
        _rig.Gate.Close();
        var rare = _rig.Worker().GenerateAsync(Requests.Of("rare", 40, 3000), CancellationToken.None).GetAsyncEnumerator();
        var first = rare.MoveNextAsync().AsTask();
        await _rig.Gate.StepUntilAsync(() => Task.FromResult(first.IsCompleted), "the first tokens");
        for (var i = 0; i < 4; i++)
        {
            await StepsAsync(Limits.UnreadTokens + 3);
            _rig.Time.Advance(Patience * 0.9);
            await StepsAsync(2);
            Assert.True(await Wait.ForAsync(rare.MoveNextAsync().AsTask(), "what lay unread"));
            Assert.Null(rare.Current.Finish);
            Assert.True(rare.Current.Tokens.Length >= Limits.UnreadTokens, $"{rare.Current.Tokens.Length} tokens lay unread");

            // Little unread, for however long.
            await StepsAsync(Limits.UnreadTokens / 2);
            _rig.Time.Advance(Patience * 1.5);
            await StepsAsync(2);
        }

        _rig.Gate.Permit(10);
        await rare.DisposeAsync();
    }

    [Fact]
    public async Task A_deadline_ends_a_running_request_and_a_waiting_one_and_nobody_else()
    {
        _rig.Engines.Sizes = _rig.Engines.Sizes with { RunningSequences = 2 };
        _rig.Gate.Close();
        var stays = _rig.GenerateAsync(Requests.Of("stays", outputTokens: 30));
        await Wait.ForAsync(_rig.Gate.Reached(1), "the first request to run");
        var runs = _rig.GenerateAsync(Requests.Of("runs", 40, 3000, seed: 2) with { TimeoutSeconds = 5 });
        await _rig.Gate.StepUntilAsync(() => Task.FromResult(_rig.Gate.Steps[^1].Contains("runs")), "the second to run");
        var waits = _rig.GenerateAsync(Requests.Of("waits", 40, 5, seed: 3) with { TimeoutSeconds = 6 });
        await _rig.Gate.StepUntilAsync(async () => (await _rig.Worker().GetStatusAsync()).WaitingRequests == 1, "the third to wait");

        _rig.Time.Advance(TimeSpan.FromSeconds(6));
        var before = _rig.Gate.Steps.Count;
        await _rig.Gate.StepUntilAsync(() => Task.FromResult(runs.IsCompleted && waits.IsCompleted), "both ends");
        Assert.Equal(FinishReason.TimedOut, (await runs).Last.Finish);
        Assert.NotEmpty((await runs).Tokens);
        var end = Assert.Single((await waits).Chunks);
        Assert.Equal((FinishReason.TimedOut, 0, 6.0), (end.Finish, end.Tokens.Length, end.QueueSeconds));
        Assert.All(_rig.Gate.Steps.Skip(before), step => Assert.Equal(["stays"], step));
        _rig.Gate.Open();
        await Wait.ForAsync(stays, "the one without a deadline");
    }

    private async Task StepsAsync(int count)
    {
        var goal = _rig.Gate.Steps.Count + count;
        await _rig.Gate.StepUntilAsync(() => Task.FromResult(_rig.Gate.Steps.Count >= goal), $"{count} steps");
    }
}
