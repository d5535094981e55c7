using Preble.Core.Placement.Sharding;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>What a worker tells two shards of its scheduler: what one lacks is that one's matter alone.</summary>
public sealed class ShardReportTests : IAsyncDisposable
{
    private readonly RecordingScheduler _first = new();
    private readonly RecordingScheduler _second = new();
    private readonly GrainRig _rig = new() { Shards = new SchedulerShards(2) };

    public ShardReportTests() => _rig.SchedulerOf = key => key.EndsWith("/0", StringComparison.Ordinal) ? _first : _second;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Both_hear_who_the_worker_is_and_all_of_its_changes()
    {
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("r", 64)), "the stream");
        await Wait.UntilAsync(() => Numbers(_first) >= 4 && Numbers(_second) >= 4, "all blocks at both");
        Assert.Equal(_first.Heard<WorkerRegistration>(), _second.Heard<WorkerRegistration>());
    }

    [Fact]
    public async Task A_snapshot_for_one_shard_takes_no_changes_from_the_other()
    {
        _first.WantsSnapshot = true;
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("r", 64)), "the stream");
        await _first.HeardAsync<KvCacheSnapshot>(_ => true, "a snapshot");
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("next", 64, seed: 2)), "another stream");
        await Wait.UntilAsync(() => Numbers(_second) >= 8, "all blocks at the other");
        Assert.Empty(_second.Heard<KvCacheSnapshot>());
    }

    [Fact]
    public async Task A_shard_that_fails_misses_its_report_and_gets_it_again_while_the_other_goes_on()
    {
        await _rig.StartAsync();
        _first.Failure = new InvalidOperationException("not now");
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("r", 64)), "the stream");
        await Wait.UntilAsync(() => Numbers(_second) >= 4, "all blocks at the other");
        _first.NextAnswer = ReportAnswer.SendSnapshot;
        await _rig.AdvanceAsync(TimeSpan.FromSeconds(1), timers: 1);
        await Wait.UntilAsync(
            () => _first.Heard<WorkerReport>().Any(report => report.Changes is { FirstNumber: 1, Changes.Length: >= 4 }), "the missed ones again");
        Assert.Empty(_second.Heard<KvCacheSnapshot>());
    }

    [Fact]
    public async Task Both_hear_that_the_worker_has_gone()
    {
        await _rig.StartAsync();
        await Wait.ForAsync(_rig.Grains.DeactivateAsync<IWorkerGrain>("w0"), "the worker to end");
        Assert.Equal((1, 1), (_first.Heard<WorkerId>().Count, _second.Heard<WorkerId>().Count));
    }

    /// <summary>How many changes were heard, each number once and in order.</summary>
    private static long Numbers(RecordingScheduler scheduler)
    {
        var next = 1L;
        foreach (var changes in scheduler.Heard<WorkerReport>().Select(report => report.Changes))
        {
            Assert.True(changes.FirstNumber <= next, "no gap");
            next = Math.Max(next, changes.FirstNumber + changes.Changes.Length);
        }

        return next - 1;
    }
}
