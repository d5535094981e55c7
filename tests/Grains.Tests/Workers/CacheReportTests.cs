using Preble.Core.Tokens;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>What a worker tells its scheduler about its cache.</summary>
public sealed class CacheReportTests : IAsyncDisposable
{
    private readonly RecordingScheduler _scheduler = new();
    private readonly GrainRig _rig;

    public CacheReportTests() => _rig = new GrainRig(_scheduler);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task New_blocks_are_reported_at_once_and_in_unbroken_numbers()
    {
        var command = Requests.Of("r", 40, 30);
        await Wait.ForAsync(_rig.GenerateAsync(command), "the stream");
        BlockHash[] blocks = [.. BlockHasher.Hash([.. command.Prompt], 16, "")];

        // The clock stands still: no beat brings these.
        await _scheduler.HeardAsync<WorkerReport>(report => report.Changes.Changes.Any(change => change.Hash == blocks[^1]), "the prompt's blocks");
        await Wait.UntilAsync(() => Stored().Count == 4, "the output's blocks too");
        Assert.Equal(blocks, Stored().Take(2));
        var next = 1L;
        foreach (var changes in _scheduler.Heard<WorkerReport>().Select(report => report.Changes))
        {
            Assert.Equal(next, changes.FirstNumber);
            next += changes.Changes.Length;
        }
    }

    [Fact]
    public async Task A_scheduler_that_missed_changes_gets_them_again_without_a_snapshot()
    {
        var command = Requests.Of("r", 64);
        _scheduler.NextAnswer = ReportAnswer.SendSnapshot;
        await Wait.ForAsync(_rig.GenerateAsync(command), "the stream");
        await Wait.UntilAsync(() => _scheduler.Heard<WorkerReport>().Count(report => report.Changes.FirstNumber == 1) > 1, "the same changes again");
        var known = new SortedDictionary<long, KvCacheChange>();
        await Wait.UntilAsync(() => Follow(known) >= 4, "all of them");
        Assert.Empty(_scheduler.Heard<KvCacheSnapshot>());
        var repeated = await _rig.Worker().GetCacheChangesAsync(2);
        Assert.Equal(known.Values.Skip(1), repeated!.Changes);
        Assert.Null(await _rig.Worker().GetCacheChangesAsync(known.Count + 2));
    }

    [Fact]
    public async Task A_scheduler_that_cannot_use_a_replay_gets_a_snapshot_and_then_only_what_follows()
    {
        var command = Requests.Of("r", 64);
        _scheduler.WantsSnapshot = true;
        await Wait.ForAsync(_rig.GenerateAsync(command), "the stream");
        var snapshot = await _scheduler.HeardAsync<KvCacheSnapshot>(_ => true, "a snapshot");
        Assert.Empty(_scheduler.Heard<WorkerRegistration>().Skip(1));
        Assert.All(snapshot.Blocks.Skip(1), block => Assert.Contains(block.Parent, snapshot.Blocks.Select(other => other.Hash)));
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("next", 64, seed: 2)), "another stream");
        var later = await _scheduler.HeardAsync<WorkerReport>(report => report.Changes.FirstNumber == snapshot.NextNumber, "the change that follows");
        Assert.Equal(snapshot.Epoch, later.Changes.Epoch);
    }

    [Fact]
    public async Task A_scheduler_that_does_not_know_the_worker_gets_its_registration_and_a_snapshot()
    {
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("r", 64)), "the stream");
        await _scheduler.HeardAsync<WorkerReport>(report => report.Changes.Changes.Length > 0, "the first report");
        _scheduler.NextAnswer = ReportAnswer.Register;
        await _rig.AdvanceAsync(TimeSpan.FromSeconds(1), timers: 1);
        var snapshot = await _scheduler.HeardAsync<KvCacheSnapshot>(_ => true, "a snapshot");
        Assert.Equal(4, snapshot.Blocks.Length);
        var registrations = _scheduler.Heard<WorkerRegistration>();
        Assert.Equal(2, registrations.Count);
        Assert.Equal(registrations[0], registrations[1]);
    }

    [Fact]
    public async Task An_idle_worker_beats_once_a_second_and_not_more()
    {
        await _rig.StartAsync();
        for (var second = 1; second <= 3; second++)
        {
            await _rig.AdvanceAsync(TimeSpan.FromSeconds(0.9), timers: 1);
            Assert.Equal(second - 1, _scheduler.Heard<WorkerReport>().Count);
            await _rig.AdvanceAsync(TimeSpan.FromSeconds(0.1), timers: 1);
            await Wait.UntilAsync(() => _scheduler.Heard<WorkerReport>().Count == second, $"the beat of second {second}");
        }
    }

    [Fact]
    public async Task The_scheduler_hears_when_work_begins_and_when_it_ends_without_a_beat()
    {
        await Wait.ForAsync(_rig.GenerateAsync(Requests.Of("r", promptTokens: 3, outputTokens: 4)), "the stream");
        await _scheduler.HeardAsync<WorkerReport>(report => report.Status is { RunningRequests: 0, RequestsTotal: 1 }, "the end of the work");
    }

    private List<BlockHash> Stored() =>
    [
        .. from report in _scheduler.Heard<WorkerReport>()
           from change in report.Changes.Changes
           where change.Kind == KvCacheChangeKind.Stored
           select change.Hash,
    ];

    /// <summary>Puts what was heard in order by number; the same number is the same change. Returns how many are known.</summary>
    private int Follow(SortedDictionary<long, KvCacheChange> known)
    {
        foreach (var changes in _scheduler.Heard<WorkerReport>().Select(report => report.Changes))
        {
            for (var i = 0; i < changes.Changes.Length; i++)
            {
                known.TryAdd(changes.FirstNumber + i, changes.Changes[i]);
                Assert.Equal(known[changes.FirstNumber + i], changes.Changes[i]);
            }
        }

        return known.Count;
    }
}
