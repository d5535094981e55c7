using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

public sealed class CountersTests
{
    private static readonly WorkerCoreOptions Options = new()
    {
        BlockSize = 4, BlockCount = 8, ContextTokens = 32, StepTokens = 8, RunningSequences = 4, WatermarkShare = 0,
    };

    private readonly WorkerRig _rig = new(Options);

    [Fact]
    public void Counters_follow_a_request_from_queue_to_end()
    {
        _rig.Submit("r", [.. Enumerable.Range(0, 10)], maxOutputTokens: 2);
        Assert.Equal((1, 0, 10, 8, 0), Gauges());
        _rig.Step();
        Assert.Equal((0, 1, 2, 6, 2), Gauges());
        _rig.RunToEnd();
        Assert.Equal((0, 0, 0, 8, 2), Gauges());
        var ended = _rig.Core.Counters(_rig.Now);
        Assert.Equal((1, 2, 3), (ended.RequestsTotal, ended.OutputTokensTotal, ended.StepsTotal));
        Assert.Equal((10, 0), (ended.PromptTokensTotal, ended.CachedTokensTotal));
    }

    [Fact]
    public void The_hit_ratio_forgets_what_is_older_than_30_seconds()
    {
        var window = new HitRatioWindow();
        Assert.Equal(0, window.Ratio(default));
        window.Add(100, 0, TimeSpan.FromSeconds(0.5));
        window.Add(100, 80, TimeSpan.FromSeconds(10));
        Assert.Equal(0.4, window.Ratio(TimeSpan.FromSeconds(29)));
        Assert.Equal(0.8, window.Ratio(TimeSpan.FromSeconds(30)));
        window.Add(100, 10, TimeSpan.FromSeconds(30));
        Assert.Equal(0.45, window.Ratio(TimeSpan.FromSeconds(39.9)));
        Assert.Equal(0.1, window.Ratio(TimeSpan.FromSeconds(40)));
        Assert.Equal(0, window.Ratio(TimeSpan.FromSeconds(1000)));
    }

    [Fact]
    public void Queue_seconds_run_from_arrival_to_the_first_step()
    {
        _rig.Now = TimeSpan.FromSeconds(100);
        _rig.Submit("a", [.. Enumerable.Range(0, 12)], maxOutputTokens: 2);
        _rig.Submit("b", [99], maxOutputTokens: 1);
        _rig.RunToEnd();
        var firstOutputs = _rig.Outputs.DistinctBy(output => output.Request).OrderBy(output => output.Request.Value);
        Assert.Equal([1.0, 2.0], firstOutputs.Select(output => output.QueueSeconds));
    }

    [Fact]
    public void Snapshot_and_changes_tell_the_same()
    {
        _rig.Submit("r", [.. Enumerable.Range(0, 13)], maxOutputTokens: 1);
        _rig.RunToEnd();
        var (next, blocks) = _rig.Core.Snapshot();
        List<KvCacheChange> changes = [];
        Assert.Equal(1, _rig.Core.FirstUntakenNumber);
        Assert.Equal(3, _rig.Core.TakeCacheChanges(changes, 100));
        Assert.Equal(4, next);
        Assert.Equal(blocks, changes.Select(change => new CachedBlock(change.Hash, change.Parent)));
        Assert.Equal(BlockHash.None, blocks[0].Parent);
        Assert.Equal(blocks[0].Hash, blocks[1].Parent);
    }

    private (int Waiting, int Running, long PendingPrefill, int Free, int Cached) Gauges()
    {
        var now = _rig.Core.Counters(_rig.Now);
        return (now.WaitingRequests, now.RunningRequests, now.PendingPrefillTokens, now.FreeBlocks, now.CachedBlocks);
    }
}
