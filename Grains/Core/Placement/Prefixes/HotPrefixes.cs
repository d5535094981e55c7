using System.Collections.Immutable;
using Preble.Core.Placement.Balancing;
using Preble.Core.Placement.Fleet;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Prefixes;

/// <summary>A prefix that enough requests share, named by the hash of its last block.</summary>
public readonly record struct HotPrefix(BlockHash Hash, int Tokens);

/// <summary>
/// Which prefixes are hot, and what has been seen of them since it was last told. A prefix is judged by its key portion: the deepest
/// stretch of the prompt that has more tokens than all before it (App. A); hot when enough requests within H share it.
/// </summary>
public sealed class HotPrefixes(ModelId model, SchedulerOptions options, FleetView fleet, RadixTree tree, Assignments assignments)
{
    private readonly Dictionary<BlockHash, Sighting> _seen = [];
    private readonly List<int> _slots = [];
    private readonly ReplicaCandidates _candidates = new(options, fleet);

    /// <summary>
    /// Counts a placed request, whose prompt ends at <paramref name="leaf"/>, and returns the hot prefix it shares, if any.
    /// </summary>
    public HotPrefix? Observe(RadixNode? leaf, int blockSize)
    {
        if (leaf is null || KeyPortion.Of(leaf) is not { } key || key.Requests < options.HotRequests)
        {
            return null;
        }

        var prefix = new HotPrefix(key.Hash, (key.Depth + key.Count) * blockSize);
        if (Find(prefix) is { } sighting)
        {
            sighting.Requests++;
        }

        return prefix;
    }

    /// <summary>Adds how long a finished request that shared a hot prefix had to wait, as far as that is known.</summary>
    public void ObserveEnd(HotPrefix? prefix, double queueSeconds, double ttftSeconds)
    {
        if (prefix is not { } hot || Find(hot) is not { } sighting)
        {
            return;
        }

        if (double.IsFinite(queueSeconds))
        {
            sighting.QueueSeconds += Math.Max(0, queueSeconds);
            sighting.QueuedRequests++;
        }

        if (double.IsFinite(ttftSeconds) && ttftSeconds > 0)
        {
            sighting.TtftSeconds += ttftSeconds;
            sighting.TtftRequests++;
        }
    }

    /// <summary>Makes sure that the prefix's node hears of its assignment, whoever asked for it lately.</summary>
    public void ObserveMove(Assignment assignment, int blockSize) => Find(new HotPrefix(assignment.Prefix, assignment.Blocks * blockSize));

    /// <summary>Takes what was seen, a bounded batch at a time; the rest stays for the next call.</summary>
    public IReadOnlyList<PrefixNodeReport> Take()
    {
        var reports = new List<PrefixNodeReport>();
        foreach (var (hash, seen) in _seen.Take(Limits.PrefixReportBatch))
        {
            reports.Add(Report(hash, seen));
        }

        foreach (var report in reports)
        {
            _seen.Remove(report.Node.Hash);
        }

        return reports;
    }

    private PrefixNodeReport Report(BlockHash hash, Sighting seen)
    {
        var assignment = assignments.Find(hash);
        var holders = Holders(hash);
        var assigned = Ids(assignment is null ? [] : assignment.Workers);
        return new PrefixNodeReport(new PrefixNodeId(model, hash), seen.Tokens, seen.Requests, seen.QueueSeconds, Ids(holders))
        {
            QueuedRequests = seen.QueuedRequests,
            TtftSeconds = seen.TtftSeconds,
            TtftRequests = seen.TtftRequests,
            Assigned = assigned,
            Generation = assignment?.Generation ?? 0,
            Candidates = _candidates.Find(assigned.IsEmpty ? holders : assignment!.Workers),
        };
    }

    private Sighting? Find(HotPrefix prefix)
    {
        if (!_seen.TryGetValue(prefix.Hash, out var sighting) && _seen.Count < Limits.HotPrefixes)
        {
            _seen.Add(prefix.Hash, sighting = new Sighting(prefix.Tokens));
        }

        return sighting;
    }

    private List<WorkerView> Holders(BlockHash hash)
    {
        _slots.Clear();
        tree.FindHolders(hash, _slots);
        return _slots.ConvertAll(slot => fleet.Slots[slot]!);
    }

    private static ImmutableArray<WorkerId> Ids(List<WorkerView> workers) =>
        [.. workers.Select(worker => worker.Id).OrderBy(id => id.Value, StringComparer.Ordinal)];

    private sealed class Sighting(int tokens)
    {
        public int Tokens => tokens;

        public int Requests { get; set; }

        public double QueueSeconds { get; set; }

        public int QueuedRequests { get; set; }

        public double TtftSeconds { get; set; }

        public int TtftRequests { get; set; }
    }
}
