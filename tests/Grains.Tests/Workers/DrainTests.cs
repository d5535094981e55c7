using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>A worker that is to stop finishes what runs, or says that it did not.</summary>
public sealed class DrainTests : IAsyncDisposable
{
    private readonly RecordingScheduler _scheduler = new();
    private readonly GrainRig _rig;

    public DrainTests() => _rig = new GrainRig(_scheduler);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_drain_finishes_what_runs_refuses_what_comes_and_tells_the_scheduler()
    {
        _rig.Gate.Close();
        var command = Requests.Of("runs", outputTokens: 500);
        var runs = _rig.GenerateAsync(command);
        await Wait.ForAsync(_rig.Gate.Reached(1), "it to run");
        var drain = _rig.Worker().DrainAsync(CancellationToken.None);
        await UntilDrainingAsync();
        Assert.False(drain.IsCompleted);
        var late = _rig.GenerateAsync(Requests.Of("late"));
        _rig.Gate.Permit(1000);

        await Wait.ForAsync(drain, "the drain");
        Assert.Equal(Requests.Alone(command), (await Wait.ForAsync(runs, "the running stream")).Tokens);
        Assert.Equal(RejectionReason.Draining, Assert.Single((await Wait.ForAsync(late, "the late one")).Chunks).Rejection?.Reason);
    }

    [Fact]
    public async Task A_drain_that_is_cut_short_ends_the_rest_as_drained()
    {
        _rig.Gate.Close();
        var command = Requests.Of("endless", outputTokens: 4000);
        var runs = _rig.GenerateAsync(command);
        await Wait.ForAsync(_rig.Gate.Reached(1), "it to run");
        using var enough = new CancellationTokenSource();
        var drain = _rig.Worker().DrainAsync(enough.Token);
        await UntilDrainingAsync();
        await enough.CancelAsync();
        _rig.Gate.Permit(1000);
        await Wait.ForAsync(drain, "the drain");
        var received = await Wait.ForAsync(runs, "the stream");
        Assert.Equal(FinishReason.Drained, received.Last.Finish);
        Assert.Equal(Requests.Alone(command).Take(received.Tokens.Count), received.Tokens);
    }

    [Fact]
    public async Task A_worker_that_ends_tells_its_readers_and_its_scheduler()
    {
        _rig.Gate.Close();
        var runs = _rig.GenerateAsync(Requests.Of("runs", outputTokens: 4000));
        await Wait.ForAsync(_rig.Gate.Reached(1), "it to run");
        var end = _rig.Grains.DeactivateAsync<IWorkerGrain>("w0");
        _rig.Gate.Open();
        await Wait.ForAsync(end, "the worker to end");
        Assert.Equal(FinishReason.Drained, (await Wait.ForAsync(runs, "the stream")).Last.Finish);
        Assert.Equal([new WorkerId("w0")], _scheduler.Heard<WorkerId>());
    }

    [Fact]
    public async Task What_only_waits_is_handed_over_at_once_while_the_rest_runs_on()
    {
        // One at a time, so that the second waits.
        _rig.Engines.Sizes = _rig.Engines.Sizes with { RunningSequences = 1 };
        _rig.Gate.Close();
        var command = Requests.Of("runs", outputTokens: 300);
        var runs = _rig.GenerateAsync(command);
        await Wait.ForAsync(_rig.Gate.Reached(1), "it to run");
        var waits = _rig.GenerateAsync(Requests.Of("waits"));
        await _rig.Gate.StepUntilAsync(async () => (await _rig.Worker().GetStatusAsync()).WaitingRequests == 1, "one to wait");
        var drain = _rig.Worker().DrainAsync(CancellationToken.None);
        await _rig.Gate.StepUntilAsync(() => Task.FromResult(waits.IsCompleted), "the one that waits to be handed over");
        Assert.Equal(RejectionReason.Draining, Assert.Single((await waits).Chunks).Rejection?.Reason);
        Assert.False(runs.IsCompleted);
        Assert.False(drain.IsCompleted);
        _rig.Gate.Permit(1000);
        await Wait.ForAsync(drain, "the drain");
        Assert.Equal(Requests.Alone(command), (await Wait.ForAsync(runs, "the running stream")).Tokens);
    }

    [Fact]
    public async Task One_that_was_preempted_is_handed_over_with_its_tokens()
    {
        // Room for both prompts, and not for what both put out.
        _rig.Engines.Sizes = _rig.Engines.Sizes with { BlockCount = 12 };
        _rig.Gate.Close();
        var commands = new[] { Requests.Of("first", outputTokens: 120), Requests.Of("second", outputTokens: 120, seed: 2) };
        var streams = commands.Select(command => _rig.GenerateAsync(command)).ToArray();
        await _rig.Gate.StepUntilAsync(async () => (await _rig.Worker().GetStatusAsync()).PreemptionsTotal > 0, "one to be preempted");
        var drain = _rig.Worker().DrainAsync(CancellationToken.None);
        await _rig.Gate.StepUntilAsync(() => Task.FromResult(drain.IsCompleted), "the drain");
        var received = await Wait.ForAsync(Task.WhenAll(streams), "both streams");
        Assert.Equal([FinishReason.Length, FinishReason.Drained], received.Select(stream => stream.Last.Finish!.Value).Order());
        foreach (var (command, stream) in commands.Zip(received))
        {
            Assert.NotEmpty(stream.Tokens);
            Assert.Equal(Requests.Alone(command).Take(stream.Tokens.Count), stream.Tokens);
        }
    }

    [Fact]
    public async Task A_drained_worker_says_goodbye_once_and_no_beat_brings_it_back()
    {
        await _rig.StartAsync();
        await Wait.ForAsync(_rig.Worker().DrainAsync(CancellationToken.None), "the drain");
        Assert.Single(_scheduler.Heard<WorkerId>());
        var reports = _scheduler.Heard<WorkerReport>().Count;
        for (var beat = 0; beat < 3; beat++)
        {
            await _rig.AdvanceAsync(TimeSpan.FromSeconds(1), timers: 1);
        }

        // A second drain is answered between two beats: then the beats before it have been.
        await Wait.ForAsync(_rig.Worker().DrainAsync(CancellationToken.None), "the second drain");
        Assert.Single(_scheduler.Heard<WorkerId>());
        Assert.Equal(reports, _scheduler.Heard<WorkerReport>().Count);
        Assert.Single(_scheduler.Heard<WorkerRegistration>());
    }

    // The clock stands still: the report comes at once or not at all.
    private Task UntilDrainingAsync() =>
        _rig.Gate.StepUntilAsync(() => Task.FromResult(_scheduler.Heard<WorkerReport>().Any(report => report.Status.Draining)), "a report of the drain");
}
