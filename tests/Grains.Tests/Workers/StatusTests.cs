using Preble.Core.Batching;
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
        Assert.Equal(new WorkerCoreOptions().PriorityGroups, status.QueueSecondsByGroup.Length);
        await _scheduler.HeardAsync<WorkerReport>(report => report.Status.Costs?.DecodeSecondsPerToken > 2e-2, "the refined costs");
    }
}
