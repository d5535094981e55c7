using System.Collections.Immutable;
using Preble.Core;
using Preble.Core.Batching;

namespace Preble.Simulation;

/// <summary>
/// A worker's cache changes on their way to a report, and where its reports stand: one under way at a time, and those wanted meanwhile are one, as with
/// a grain's nudges.
/// </summary>
internal sealed class ReportState
{
    private readonly List<KvCacheChange> _changes = [];
    private long _next = 1;

    public bool UnderWay { get; set; }

    public bool Wanted { get; set; }

    /// <summary>When the last one was sent.</summary>
    public TimeSpan SentAt { get; set; }

    /// <summary>Whether the last one said that there is work.</summary>
    public bool SaidWork { get; set; }

    public bool HasChanges => _changes.Count > 0;

    public void Reset()
    {
        (UnderWay, Wanted, SaidWork, _next) = (false, false, false, 1);
        _changes.Clear();
    }

    /// <summary>After each step: takes what it has changed. Changes that the core has dropped take the older ones along; the gap then shows.</summary>
    public void Gather(WorkerCore core)
    {
        var first = core.FirstUntakenNumber;
        if (first != _next)
        {
            _changes.Clear();
        }

        _next = first + core.TakeCacheChanges(_changes, int.MaxValue);
    }

    /// <summary>The changes since the last report, at most a report's worth; none are a batch too.</summary>
    public KvCacheChanges Take(WorkerId worker, long epoch)
    {
        var first = _next - _changes.Count;
        var count = Math.Min(_changes.Count, Limits.CacheChangesPerReport);
        ImmutableArray<KvCacheChange> taken = [.. _changes[..count]];
        _changes.RemoveRange(0, count);
        return new KvCacheChanges(worker, epoch, first, taken);
    }
}
