using System.Collections.Immutable;
using Preble.Core.Placement;
using Preble.Core.Placement.Fleet;
using Preble.Core.Radix;

namespace Preble.Benchmarks.Index;

/// <summary>The scheduler's own index, fed by the events that workers send it.</summary>
internal sealed class PrebleIndex : IIndexUnderTest
{
    private readonly PrefixIndex _index = new();
    private readonly RadixMatch _match = new();
    private readonly WorkerView[] _workers;

    public PrebleIndex(int workers)
    {
        var fleet = new FleetView();
        var costs = new CostProfile(1e-4, 0, 1e-2);
        _workers = [.. Enumerable.Range(0, workers).Select(slot =>
            fleet.Add(new WorkerRegistration(new WorkerId($"w{slot}"), new ModelId("model"), 1, 512, 1 << 20, 1 << 20, costs)))];
    }

    public RadixTree Tree => _index.Tree;

    public RadixMatch Match => _match;

    public long Bytes => _index.Tree.Bytes + _workers.Sum(worker => worker.Cache.Bytes);

    public (int Slot, int Blocks) Find(BlockHash[] prompt)
    {
        Span<WorkerOverlap> best = stackalloc WorkerOverlap[1];
        _match.Find(_index.Tree, prompt);
        return _match.FindLongest(best) > 0 ? (best[0].Slot, best[0].Blocks) : (-1, 0);
    }

    public KvCacheChanges Message(int slot, BlockHash[] prompt)
    {
        var changes = ImmutableArray.CreateBuilder<KvCacheChange>(prompt.Length);
        for (var index = 0; index < prompt.Length; index++)
        {
            changes.Add(new KvCacheChange(KvCacheChangeKind.Stored, prompt[index], index == 0 ? BlockHash.None : prompt[index - 1]));
        }

        return new KvCacheChanges(_workers[slot].Id, 1, _workers[slot].Feed.NextNumber, changes.MoveToImmutable());
    }

    public void Store(int slot, KvCacheChanges changes)
    {
        if (_index.Apply(_workers[slot], changes) != FeedAnswer.Applied)
        {
            throw new InvalidOperationException("A batch in order was not taken in.");
        }
    }
}
