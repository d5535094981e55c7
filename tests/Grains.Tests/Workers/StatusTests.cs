using Preble.Core.Batching.Costs;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>What a worker tells of its time reaches the scheduler.</summary>
public sealed class StatusTests : IAsyncDisposable
{
    private readonly RecordingScheduler _scheduler = new();
    private readonly GrainRig _rig;

    public StatusTests() => _rig = new GrainRig(_scheduler);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Steps_that_take_longer_than_calibrated_are_told_as_dearer()
    {
        // Each step takes a second of a clock that only the test moves; calibration said some hundredths.
        _rig.Engines.BeforeStep = _ => _rig.Time.Advance(TimeSpan.FromSeconds(1));
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("r", 40, 30)), "the stream");
        var status = await _rig.Worker().GetStatusAsync();
        Assert.True(status.Costs!.DecodeSecondsPerToken > 2e-2, $"{status.Costs}");
        Assert.Equal(1, status.DecodeStepSeconds, 6);
        Assert.Equal(_rig.Engines.Sizes.PriorityGroups, status.QueueSecondsByGroup.Length);
        await _scheduler.HeardAsync<WorkerReport>(report => report.Status.Costs?.DecodeSecondsPerToken > 2e-2, "the refined costs");
    }

    [Fact]
    public async Task What_many_steps_have_taught_is_kept_once_at_a_clean_stop()
    {
        _rig.Engines.BeforeStep = _ => _rig.Time.Advance(TimeSpan.FromMilliseconds(100));
        await _rig.StartAsync();
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("r", 40, CostDrift.LeastSteps + 10)), "the stream");
        Assert.Empty(_rig.Engines.KeptCosts);
        await Wait.ForAsync(_rig.Grains.DeactivateAsync<IWorkerGrain>("w0"), "the worker to end");
        var kept = Assert.Single(_rig.Engines.KeptCosts);
        Assert.InRange(kept.DecodeSecondsPerToken, 0.08, 0.13);
    }

    [Fact]
    public async Task What_a_few_steps_have_taught_is_not_kept()
    {
        _rig.Engines.BeforeStep = _ => _rig.Time.Advance(TimeSpan.FromMilliseconds(100));
        await _rig.StartAsync();
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("r", 40, CostDrift.LeastSteps / 2)), "the stream");
        await Wait.ForAsync(_rig.Grains.DeactivateAsync<IWorkerGrain>("w0"), "the worker to end");
        Assert.Empty(_rig.Engines.KeptCosts);
    }
}
