using System.Collections.Immutable;

namespace Preble.Benchmarks.Index;

/// <summary>
/// The index as it is usually written: for each block the set of workers that hold it; a find keeps the workers that hold every block so
/// far and a score for each. It pays O(workers) as soon as a first block is shared. The yardstick within one run.
/// </summary>
internal sealed class NaiveIndex(int workers) : IIndexUnderTest
{
    private readonly Dictionary<BlockHash, HashSet<int>> _holders = [];
    private readonly Dictionary<int, int> _scores = [];
    private readonly HashSet<int> _active = [];
    private readonly List<int> _leaving = [];
    private readonly long[] _numbers = new long[workers];

    public long Bytes => 0;

    public (int Slot, int Blocks) Find(BlockHash[] prompt)
    {
        _scores.Clear();
        _active.Clear();
        var depth = 0;
        for (; depth < prompt.Length && _holders.TryGetValue(prompt[depth], out var holders); depth++)
        {
            if (depth == 0)
            {
                _active.UnionWith(holders);
            }
            else if (holders.Count != _active.Count)
            {
                Leave(holders, depth);
            }

            if (_active.Count == 0)
            {
                break;
            }
        }

        foreach (var worker in _active)
        {
            _scores[worker] = depth;
        }

        var (best, slot) = (0, -1);
        foreach (var (worker, blocks) in _scores)
        {
            (best, slot) = blocks > best || (blocks == best && worker < slot) ? (blocks, worker) : (best, slot);
        }

        return (slot, best);
    }

    public KvCacheChanges Message(int slot, BlockHash[] prompt)
    {
        var number = _numbers[slot] + 1;
        _numbers[slot] += prompt.Length;
        var changes = prompt.Select((hash, index) =>
            new KvCacheChange(KvCacheChangeKind.Stored, hash, index == 0 ? BlockHash.None : prompt[index - 1]));
        return new KvCacheChanges(new WorkerId($"w{slot}"), 1, number, changes.ToImmutableArray());
    }

    public void Store(int slot, KvCacheChanges changes)
    {
        foreach (var change in changes.Changes)
        {
            if (!_holders.TryGetValue(change.Hash, out var holders))
            {
                _holders.Add(change.Hash, holders = []);
            }

            holders.Add(slot);
        }
    }

    private void Leave(HashSet<int> holders, int depth)
    {
        _leaving.Clear();
        foreach (var worker in _active)
        {
            if (!holders.Contains(worker))
            {
                _leaving.Add(worker);
            }
        }

        foreach (var worker in _leaving)
        {
            _active.Remove(worker);
            _scores[worker] = depth;
        }
    }
}
