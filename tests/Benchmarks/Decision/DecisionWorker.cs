using Preble.Core.Placement;

namespace Preble.Benchmarks.Decision;

/// <summary>
/// A worker of the decision benchmark: it stores what it is sent, a whole prompt at a time, and evicts the oldest tails, and prefixes
/// without any, once it is full. It tells the scheduler by numbered changes.
/// </summary>
internal sealed class DecisionWorker(SchedulerCore core, WorkerId id, int capacity)
{
    private const long Epoch = 1;
    private readonly Queue<(int Prefix, BlockHash[] Blocks, int From)> _tails = new();
    private readonly Dictionary<int, (BlockHash[] Blocks, int Tails)> _prefixes = [];
    private readonly List<KvCacheChange> _changes = [];
    private long _nextNumber = 1;
    private long _accepted;
    private int _held;

    /// <summary>Blocks of the prefix end at <paramref name="from"/>; those after it are the tail.</summary>
    public void Store(int prefix, BlockHash[] blocks, int from, TimeSpan now)
    {
        if (!_prefixes.TryGetValue(prefix, out var known))
        {
            Add(blocks, 0, from);
            known = (blocks[..from], 0);
        }

        Add(blocks, from, blocks.Length);
        _prefixes[prefix] = known with { Tails = known.Tails + 1 };
        _tails.Enqueue((prefix, blocks, from));
        while (_held > capacity && _tails.TryDequeue(out var oldest))
        {
            Remove(oldest.Blocks.AsSpan(oldest.From));
            var left = _prefixes[oldest.Prefix] with { Tails = _prefixes[oldest.Prefix].Tails - 1 };
            _prefixes[oldest.Prefix] = left;
            if (left.Tails == 0 && oldest.Prefix != prefix)
            {
                Remove(left.Blocks);
                _prefixes.Remove(oldest.Prefix);
            }
        }

        _accepted++;
        Report(now);
    }

    private void Report(TimeSpan now)
    {
        var status = new WorkerStatus { Worker = id, Epoch = Epoch, RequestsTotal = _accepted, RunningRequests = 8, HitRatio = 0.5 };
        core.Report(new WorkerReport(status, new KvCacheChanges(id, Epoch, _nextNumber, [.. _changes])), now);
        _nextNumber += _changes.Count;
        _changes.Clear();
    }

    private void Add(BlockHash[] blocks, int from, int to)
    {
        for (var index = from; index < to; index++)
        {
            _changes.Add(new KvCacheChange(KvCacheChangeKind.Stored, blocks[index], index == 0 ? BlockHash.None : blocks[index - 1]));
        }

        _held += to - from;
    }

    private void Remove(ReadOnlySpan<BlockHash> blocks)
    {
        for (var index = blocks.Length - 1; index >= 0; index--)
        {
            _changes.Add(new KvCacheChange(KvCacheChangeKind.Removed, blocks[index], BlockHash.None));
        }

        _held -= blocks.Length;
    }
}
