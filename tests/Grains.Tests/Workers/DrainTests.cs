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

    // The clock stands still: the report comes at once or not at all.
    private Task UntilDrainingAsync() =>
        _rig.Gate.StepUntilAsync(() => Task.FromResult(_scheduler.Heard<WorkerReport>().Any(report => report.Status.Draining)), "a report of the drain");
}
