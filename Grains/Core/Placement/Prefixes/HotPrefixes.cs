using System.Collections.Immutable;
using Preble.Core.Placement.Fleet;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Prefixes;

/// <summary>A prefix that enough requests share, named by the hash of its last block.</summary>
public readonly record struct HotPrefix(BlockHash Hash, int Tokens);

/// <summary>
/// Which prefixes are hot, and what has been seen of them since it was last told. A prefix is judged by its key portion: the deepest
/// stretch of the prompt that has more tokens than all before it (App. A); hot when enough requests within H share it.
/// </summary>
public sealed class HotPrefixes(ModelId model, SchedulerOptions options, FleetView fleet, RadixTree tree)
{
    private readonly Dictionary<BlockHash, Sighting> _seen = [];
    private readonly List<int> _slots = [];

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

    /// <summary>Adds the queueing time of a finished request that shared a hot prefix.</summary>
    public void ObserveQueue(HotPrefix? prefix, double queueSeconds)
    {
        if (prefix is { } hot && double.IsFinite(queueSeconds) && Find(hot) is { } sighting)
        {
            sighting.QueueSeconds += Math.Max(0, queueSeconds);
        }
    }

    /// <summary>Takes what was seen, a bounded batch at a time; the rest stays for the next call.</summary>
    public IReadOnlyList<PrefixNodeReport> Take()
    {
        var reports = new List<PrefixNodeReport>();
        foreach (var (hash, seen) in _seen.Take(Limits.PrefixReportBatch))
        {
            reports.Add(new PrefixNodeReport(new PrefixNodeId(model, hash), seen.Tokens, seen.Requests, seen.QueueSeconds, Holders(hash)));
        }

        foreach (var report in reports)
        {
            _seen.Remove(report.Node.Hash);
        }

        return reports;
    }

    private Sighting? Find(HotPrefix prefix)
    {
        if (!_seen.TryGetValue(prefix.Hash, out var sighting) && _seen.Count < Limits.HotPrefixes)
        {
            _seen.Add(prefix.Hash, sighting = new Sighting(prefix.Tokens));
        }

        return sighting;
    }

    private ImmutableArray<WorkerId> Holders(BlockHash hash)
    {
        _slots.Clear();
        tree.FindHolders(hash, _slots);
        return [.. _slots.Select(slot => fleet.Slots[slot]!.Id).OrderBy(id => id.Value, StringComparer.Ordinal)];
    }

    private sealed class Sighting(int tokens)
    {
        public int Tokens => tokens;

        public int Requests { get; set; }

        public double QueueSeconds { get; set; }
    }
}
