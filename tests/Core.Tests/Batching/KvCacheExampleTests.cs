using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

/// <summary>The worked example of docs/kv-cache.md, number by number.</summary>
public sealed class KvCacheExampleTests
{
    private readonly WorkerRig _rig = new(new WorkerCoreOptions
    {
        BlockSize = 4, BlockCount = 6, ContextTokens = 24, StepTokens = 24, RunningSequences = 4, WatermarkShare = 0, HostSlots = 4,
    });

    [Fact]
    public void Four_requests_share_copy_evict_and_load_as_the_document_says()
    {
        Assert.Equal("a 0+10 samples in 0 1 2; 0 saved, 0 loaded, 0 copied; 2 cached, 0 in the host tier", Run("a", From(0, 10)));
        Assert.Equal("b 9+2 samples in 0 1 3; 0 saved, 0 loaded, 1 copied; 2 cached, 0 in the host tier", Run("b", [.. From(0, 9), 20, 21]));
        Assert.Equal("c 0+17 samples in 4 5 2 3 1; 1 saved, 0 loaded, 1 copied; 5 cached, 1 in the host tier", Run("c", From(100, 17)));
        Assert.Equal("d 8+2 samples in 0 1 3; 2 saved, 1 loaded, 1 copied; 5 cached, 2 in the host tier", Run("d", From(0, 10)));

        List<KvCacheChange> changes = [];
        _rig.Core.TakeCacheChanges(changes, 100);
        Assert.Equal(
            "Stored Stored Removed HostStored Stored Stored Stored Stored Stored Removed HostStored",
            string.Join(' ', changes.Select(change => change.Kind)));
    }

    private static int[] From(int first, int count) => [.. Enumerable.Range(first, count)];

    private string Run(string id, int[] prompt)
    {
        _rig.Submit(id, prompt, maxOutputTokens: 1);
        _rig.Step();
        var counters = _rig.Core.Counters(_rig.Now);
        return $"{_rig.LastStep[0]}; {_rig.Host.Saves} saved, {_rig.Host.Loads} loaded, {_rig.Host.Copies} copied; "
            + $"{counters.CachedBlocks} cached, {counters.HostBlocks} in the host tier";
    }
}
