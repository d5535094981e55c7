using Preble.Core.Batching;

namespace Preble.Core.Properties.Batching;

/// <summary>What a scheduler would know of a worker's cache from its changes alone: a plain set.</summary>
internal sealed class CacheMirror
{
    private readonly Dictionary<BlockHash, BlockHash> _parents = [];
    private readonly Dictionary<BlockHash, BlockHash> _host = [];
    private readonly List<KvCacheChange> _history = [];
    private long _next = 1;

    /// <summary>Takes the new changes and compares with the snapshot.</summary>
    public void Follow(WorkerCore core)
    {
        Assert.Equal(_next, core.FirstUntakenNumber);
        List<KvCacheChange> changes = [];
        while (core.TakeCacheChanges(changes, limit: 3) > 0)
        {
        }

        foreach (var change in changes)
        {
            Apply(change);
        }

        _next += changes.Count;
        _history.AddRange(changes);
        var replayed = new List<KvCacheChange>();
        var from = Math.Max(1, _next - 5);
        Assert.True(core.ReplayCacheChanges(from, replayed, limit: 5));
        Assert.Equal(_history[(int)(from - 1)..], replayed);
        Assert.Equal(_host.Keys.ToHashSet(), core.HostEntries().Select(entry => entry.Hash).ToHashSet());
        var (next, blocks) = core.Snapshot();
        Assert.Equal(_next, next);
        Assert.Equal(_parents.Count, blocks.Count);
        Assert.All(blocks, block => Assert.Equal(block.Parent, _parents[block.Hash]));
        var listed = new HashSet<BlockHash> { BlockHash.None };
        Assert.All(blocks, block => Assert.True(listed.Contains(block.Parent) && listed.Add(block.Hash), "parents come before children"));
    }

    private void Apply(KvCacheChange change)
    {
        switch (change.Kind)
        {
            case KvCacheChangeKind.Stored:
                Assert.True(change.Parent == BlockHash.None || _parents.ContainsKey(change.Parent), "parents are stored first");
                Assert.True(_parents.TryAdd(change.Hash, change.Parent), "a block is stored once");
                break;
            case KvCacheChangeKind.Removed:
                Assert.DoesNotContain(change.Hash, _parents.Values);
                Assert.True(_parents.Remove(change.Hash), "a removed block was stored");
                break;
            case KvCacheChangeKind.HostStored:
                Assert.True(_host.TryAdd(change.Hash, change.Parent), "a block is kept in one slot");
                break;
            case KvCacheChangeKind.HostRemoved:
                Assert.True(_host.Remove(change.Hash), "a block that leaves the host tier was there");
                break;
            default:
                _parents.Clear();
                _host.Clear();
                break;
        }
    }
}
