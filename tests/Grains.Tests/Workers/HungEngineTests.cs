using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>A step that does not come back takes nobody's answer with it, and the worker gets another engine.</summary>
public sealed class HungEngineTests : IAsyncDisposable
{
    private readonly RecordingScheduler _scheduler = new();
    private readonly GrainRig _rig;

    public HungEngineTests() => _rig = new GrainRig(_scheduler);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Everyone_is_told_the_worker_comes_back_and_the_lost_thread_disturbs_nothing()
    {
        await _rig.StartAsync();
        _rig.Gate.Close();
        var running = _rig.GenerateAsync(Requests.Of("running"));
        await Wait.ForAsync(_rig.Gate.Reached(1), "the step that hangs");
        var late = _rig.GenerateAsync(Requests.Of("late"));
        var snapshot = _rig.Worker().GetCacheSnapshotAsync();

        await BeatAsync(TimeSpan.FromSeconds(59));
        Assert.False(running.IsCompleted, "given up too early");
        await BeatUntilAsync(() => Task.FromResult(running.IsCompleted && late.IsCompleted && snapshot.IsCompleted), "the answers");

        foreach (var received in await Task.WhenAll(running, late))
        {
            Assert.Equal(FinishReason.Error, received.Last.Finish);
            Assert.Contains("was given up", received.Last.Error, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<TimeoutException>(() => snapshot);

        // On a busy machine the beats that waited for the answers may have brought the next engine already.
        var status = await _rig.Worker().GetStatusAsync();
        Assert.True(!status.Healthy || status.Epoch != _scheduler.Heard<WorkerRegistration>()[0].Epoch, "a hung engine passes for healthy");
        await _scheduler.HeardAsync<WorkerId>(_ => true, "the scheduler to be told of the loss");
        await BeatUntilAsync(() => Task.FromResult(_scheduler.Heard<WorkerRegistration>().Count == 2), "the new engine");

        // Now the lost step comes back, in the middle of the new engine's life.
        _rig.Gate.Open();
        var command = Requests.Of("after", seed: 9);
        Assert.Equal(Requests.Alone(command), (await Wait.ForAsync(_rig.GenerateAsync(command), "a stream of the new engine")).Tokens);
        Assert.True((await _rig.Worker().GetStatusAsync()).Healthy);
    }

    [Fact]
    public async Task A_drain_does_not_wait_for_an_engine_that_hangs()
    {
        await _rig.StartAsync();
        _rig.Gate.Close();
        var running = _rig.GenerateAsync(Requests.Of("running"));
        await Wait.ForAsync(_rig.Gate.Reached(1), "the step that hangs");
        var drain = _rig.Worker().DrainAsync(CancellationToken.None);

        await BeatUntilAsync(() => Task.FromResult(drain.IsCompleted), "the drain");

        Assert.Equal(FinishReason.Error, (await Wait.ForAsync(running, "the answer")).Last.Finish);
    }

    private Task BeatAsync(TimeSpan by) => _rig.AdvanceAsync(by, timers: 1);

    private Task BeatUntilAsync(Func<Task<bool>> holds, string what) => Wait.UntilAsync(
        async () =>
        {
            await BeatAsync(TimeSpan.FromSeconds(1));
            return await holds();
        },
        what);
}
