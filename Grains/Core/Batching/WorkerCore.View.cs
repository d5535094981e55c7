using Preble.Core.KvCache;
using Preble.Core.KvCache.Host;

namespace Preble.Core.Batching;

/// <summary>What others see of the worker: its cache changes, its counters, and whether all is well.</summary>
public sealed partial class WorkerCore
{
    /// <summary>
    /// Moves the oldest untaken cache changes, at most <paramref name="limit"/>, to the list; the first has <see
    /// cref="FirstUntakenNumber"/> as it was before.
    /// </summary>
    public int TakeCacheChanges(List<KvCacheChange> into, int limit) => _pool.Changes.Take(into, limit);

    /// <summary>
    /// Copies the cache changes from that number on to the list, taken ones too; false when they are no longer kept, or are more than
    /// <paramref name="limit"/>: a snapshot is needed then.
    /// </summary>
    public bool ReplayCacheChanges(long fromNumber, List<KvCacheChange> into, int limit) =>
        _pool.Changes.NextNumber - fromNumber <= limit && _pool.Changes.Replay(fromNumber, into, limit);

    /// <summary>Everything that the host tier holds, parents and children in no order.</summary>
    public IReadOnlyList<HostEntry> HostEntries() => [.. _host.Entries];

    /// <summary>
    /// All blocks that can be shared now, parents before children, and the number of the next change. Changes with lower numbers are
    /// contained.
    /// </summary>
    public (long NextNumber, IReadOnlyList<CachedBlock> Blocks) Snapshot() => (_pool.Changes.NextNumber, _pool.Cached.List());

    /// <summary>Whether a request waits or runs; null when it is not here any more.</summary>
    public SequenceStatus? StatusOf(RequestId request) => _sequences.TryGetValue(request, out var sequence) ? sequence.Status : null;

    /// <param name="drainAge">How long ago the time to drain may have been estimated: an estimate walks all sequences.</param>
    public WorkerCounters Counters(TimeSpan now, TimeSpan drainAge = default) => new()
    {
        WaitingRequests = _waiting.Count,
        RunningRequests = _running.Count,
        PendingPrefillTokens = _backlog.Tokens,
        TotalBlocks = _pool.BlockCount,
        FreeBlocks = _pool.FreeCount,
        CachedBlocks = _pool.CachedCount,
        HitRatio = _totals.HitRatio(now),
        PromptTokensTotal = _totals.PromptTokens,
        CachedTokensTotal = _totals.CachedTokens,
        HostHitTokensTotal = _totals.HostHitTokens,
        HostBlocks = _host.Count,
        HostCapacityBlocks = _host.Capacity,
        PartialTokensTotal = _cache.PartialTokensTotal,
        DraftedTokensTotal = _totals.DraftedTokens,
        AcceptedTokensTotal = _totals.AcceptedTokens,
        PinnedBlocks = _cache.Pins.BlockCount,
        PinsRefusedTotal = _cache.Pins.RefusedTotal,
        PinsDroppedTotal = _cache.Pins.DroppedTotal,
        OutputTokensTotal = _totals.OutputTokens,
        RequestsTotal = _totals.Requests,
        PreemptionsTotal = _planner.PreemptionsTotal,
        EvictedBlocksTotal = _pool.EvictedTotal,
        StepsTotal = _totals.Steps,
        DrainSeconds = _drain.Seconds(_sequences.Values, now, drainAge),
        DecodeStepSeconds = _costs.DecodeStepSeconds(now),
        PrefillStepSeconds = _costs.PrefillStepSeconds(now),
    };

    /// <summary>What the worker tells its scheduler. Its host adds what the core cannot know: that it has failed.</summary>
    /// <param name="lastStepSeconds">What the last forward pass took.</param>
    /// <param name="drainAge">As for <see cref="Counters"/>.</param>
    public WorkerStatus Status(WorkerId worker, long epoch, double lastStepSeconds, TimeSpan now, TimeSpan drainAge = default)
    {
        var counters = Counters(now, drainAge);
        return new WorkerStatus
        {
            Worker = worker,
            Epoch = epoch,
            WaitingRequests = counters.WaitingRequests,
            RunningRequests = counters.RunningRequests,
            PendingPrefillTokens = counters.PendingPrefillTokens,
            TotalBlocks = counters.TotalBlocks,
            FreeBlocks = counters.FreeBlocks,
            CachedBlocks = counters.CachedBlocks,
            HitRatio = counters.HitRatio,
            PromptTokensTotal = counters.PromptTokensTotal,
            CachedTokensTotal = counters.CachedTokensTotal,
            OutputTokensTotal = counters.OutputTokensTotal,
            RequestsTotal = counters.RequestsTotal,
            PreemptionsTotal = counters.PreemptionsTotal,
            EvictedBlocksTotal = counters.EvictedBlocksTotal,
            StepsTotal = counters.StepsTotal,
            LastStepSeconds = lastStepSeconds,
            Costs = _costs.Model?.Profile,
            QueueSecondsByGroup = _costs.Delays.Means(now),
            DrainSeconds = counters.DrainSeconds,
            DecodeStepSeconds = counters.DecodeStepSeconds,
            PrefillStepSeconds = counters.PrefillStepSeconds,
            HostBlocks = counters.HostBlocks,
            HostCapacityBlocks = counters.HostCapacityBlocks,
            HostHitTokensTotal = counters.HostHitTokensTotal,
            PinnedBlocks = counters.PinnedBlocks,
            PartialTokensTotal = counters.PartialTokensTotal,
            DraftedTokensTotal = counters.DraftedTokensTotal,
            AcceptedTokensTotal = counters.AcceptedTokensTotal,
            Draining = _draining,
        };
    }

    /// <summary>The requests that wait, never admitted or preempted, the oldest first.</summary>
    public IReadOnlyList<RequestId> WaitingRequests()
    {
        var waiting = _sequences.Values.Where(sequence => sequence.Status == SequenceStatus.Waiting);
        return [.. waiting.OrderBy(sequence => sequence.Arrival).Select(sequence => sequence.Id)];
    }

    internal BlockPool Pool => _pool;

    /// <summary>Throws when blocks are lost, shared wrongly or counted wrongly. Walks the whole pool: for tests and for doubt.</summary>
    public void Audit()
    {
        KvCacheAudit.Check(_pool, _sequences.Values.Select(sequence => (sequence.Table, sequence.Hashes)), _cache.Pins);
        KvCacheAudit.CheckTokens(_pool, _sequences.Values.Select(sequence => (sequence.Table, sequence.Hashes, sequence.KnownTokens.ToArray())));
        HostTierAudit.Check(_host);
        _waiting.Audit(_pool, _running, _sequences.Values.Where(sequence => sequence.Status == SequenceStatus.Waiting));
        var pending = _sequences.Values.Sum(sequence => (long)Math.Max(0, sequence.PromptLength - sequence.ComputedCount));
        Invariant.Require(_backlog.Tokens == pending, $"the backlog is what is not computed of the prompts; it is {_backlog.Tokens}, they are {pending}");
        Invariant.Require(_waiting.Count + _running.Count == _sequences.Count, "every request waits or runs");
    }
}
