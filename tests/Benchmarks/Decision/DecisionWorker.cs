using Preble.Core.Placement;

namespace Preble.Benchmarks.Decision;

/// <summary>
/// A worker of the decision benchmark: it stores what it is sent, a whole prompt at a time, and evicts the oldest tails, and prefixes
/// without any, once it is full. It tells the scheduler by numbered changes; of several shards it tells each what all of them caused, as much
/// again for each other shard.
/// </summary>
internal sealed class DecisionWorker(SchedulerCore core, WorkerId id, int capacity, int shards = 1)
{
    private const long Epoch = 1;
    private readonly Queue<(int Prefix, BlockHash[] Blocks, int From)> _tails = new();
    private readonly Dictionary<int, (BlockHash[] Blocks, int Tails)> _prefixes = [];
    private readonly List<KvCacheChange> _changes = [];
    private long _nextNumber = 1;
    private long _accepted;
    private int _held;

    /// <summary>
    /// Blocks of the prefix end at <paramref name="from"/>; those after it are the tail. Returns the nanoseconds that the scheduler computed.
    /// </summary>
    public long Store(int prefix, BlockHash[] blocks, int from, TimeSpan now)
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

        _accepted += shards;
        return Report(now);
    }

    private long Report(TimeSpan now)
    {
        var own = _changes.Count;
        for (var other = 1; other < shards; other++)
        {
            for (var index = 0; index < own; index++)
            {
                var change = _changes[index];
                _changes.Add(change with { Hash = Foreign(change.Hash, other), Parent = Foreign(change.Parent, other) });
            }
        }

        var status = new WorkerStatus { Worker = id, Epoch = Epoch, RequestsTotal = _accepted, RunningRequests = 8, HitRatio = 0.5 };
        var report = new WorkerReport(status, new KvCacheChanges(id, Epoch, _nextNumber, [.. _changes]));
        _nextNumber += _changes.Count;
        _changes.Clear();
        var start = ThreadClock.Nanoseconds;
        core.Report(report, now);
        return ThreadClock.Nanoseconds - start;
    }

    /// <summary>The block that another shard's prompt has in the same place.</summary>
    private static BlockHash Foreign(BlockHash hash, int other) =>
        hash == BlockHash.None ? hash : new BlockHash(hash.High ^ 0x9E3779B97F4A7C15, hash.Low + (ulong)other);

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
