using Preble.Core.Placement.Costs;
using Preble.Core.Placement.Fleet;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Policies;

/// <summary>
/// One request to be placed and what is known of each worker with regard to it. Owned and reused by the scheduler; valid during one
/// decision: <see cref="Reset"/>, then the candidates, then <see cref="Find"/>.
/// </summary>
public sealed class PlacementContext(SchedulerOptions options, FleetView fleet)
{
    private int[] _overlaps = [];

    public SchedulerOptions Options => options;

    /// <summary>Workers that may take the request, in no particular order.</summary>
    public List<WorkerView> Candidates { get; } = [];

    public RadixMatch Match { get; } = new();

    /// <summary>
    /// The match in both tiers of the workers that have a host tier; for the others nothing. Ask <see cref="TieredBlocks"/>.
    /// </summary>
    public RadixMatch TierMatch { get; } = new();

    /// <summary>True when some worker has a host tier; else <see cref="TierMatch"/> is not looked for.</summary>
    public bool HasTiers { get; private set; }

    /// <summary>
    /// Workers that balancing has assigned the request's prefix to: where its future requests shall go. Empty for a prefix without an
    /// assignment; then residency decides.
    /// </summary>
    public List<WorkerView> Assigned { get; } = [];

    /// <summary>What the policy thought of each worker it weighed, for the explanation of the decision.</summary>
    public List<WorkerScore> Scores { get; } = [];

    public PlacementQuery Query { get; private set; } = null!;

    /// <summary>Tokens a block, the same on all workers.</summary>
    public int BlockSize { get; private set; }

    public void Reset(PlacementQuery query, int blockSize)
    {
        (Query, BlockSize, KeyOutputs) = (query, blockSize, null);
        MostHitTokens = blockSize > 0 ? (query.PromptTokens - 1) / blockSize * blockSize : 0;
        Candidates.Clear();
        Assigned.Clear();
        Scores.Clear();
    }

    /// <summary>Matches the prompt, and writes down every worker's overlap: one walk for all of them.</summary>
    public void Find(RadixTree tree)
    {
        Match.Find(tree, Query.Blocks.AsSpan());
        if (_overlaps.Length < fleet.SlotCount)
        {
            _overlaps = new int[2 * fleet.SlotCount];
        }

        Match.OverlapAll(_overlaps.AsSpan(0, fleet.SlotCount));
    }

    /// <summary>Leading blocks resident on the worker.</summary>
    public int OverlapBlocks(WorkerView worker) => _overlaps[worker.Slot];

    public void FindTiers(TierIndex tiers)
    {
        HasTiers = tiers.Workers > 0;
        if (HasTiers)
        {
            TierMatch.Find(tiers.Tree, Query.Blocks.AsSpan());
        }
    }

    /// <summary>
    /// Leading blocks that the worker has in its device's memory or its host tier. What lies beyond the device's part has to be loaded,
    /// which is cheaper than computing it.
    /// </summary>
    public int TieredBlocks(WorkerView worker)
    {
        var device = OverlapBlocks(worker);
        return HasTiers && worker.Tier is { } tier ? Math.Max(device, TierMatch.OverlapBlocks(tier.Cache.Slot)) : device;
    }

    /// <summary>
    /// The same with credit for what its host tier holds beyond: loading a block costs the rest of computing it (option HostCredit).
    /// </summary>
    public int CreditedBlocks(WorkerView worker)
    {
        var device = OverlapBlocks(worker);
        return HasTiers ? device + (int)(options.HostCredit * (TieredBlocks(worker) - device)) : device;
    }

    /// <summary>Leading tokens resident on the worker.</summary>
    public int CachedTokens(WorkerView worker) => OverlapBlocks(worker) * BlockSize;

    /// <summary>Those of them it can use: whole blocks, and at least the last token is computed, for its logits are needed.</summary>
    public int HitTokens(WorkerView worker) => Math.Min(CachedTokens(worker), MostHitTokens);

    /// <summary>The most that any worker could use.</summary>
    public int MostHitTokens { get; private set; }

    /// <summary>Tokens it would have to prefill.</summary>
    public int MissedTokens(WorkerView worker) => Query.PromptTokens - HitTokens(worker);

    /// <summary>No more than fits beside the prompt.</summary>
    public int ExpectedOutputTokens(WorkerView worker) => fleet.ExpectedOutputTokens(
        KeyOutputs, worker, Math.Min(Query.MaxOutputTokens, worker.CapacityTokens - Query.PromptTokens), options.DefaultOutputTokens);

    /// <summary>Output lengths of the requests that share the prompt's key portion; null when there are none within H.</summary>
    public OutputLengths? KeyOutputs { get; set; }

    /// <summary>Blocks it needs for the request beyond the prompt's full ones.</summary>
    public int OutputBlocks(WorkerView worker)
    {
        var tokens = Math.Min((long)Query.PromptTokens + ExpectedOutputTokens(worker), worker.CapacityTokens);
        return Math.Max(0, (int)((tokens + BlockSize - 1) / BlockSize) - Query.Blocks.Length);
    }

    /// <summary>Blocks it must find for the request: the prompt's missing ones and the output's.</summary>
    public int NeededBlocks(WorkerView worker) => Query.Blocks.Length - OverlapBlocks(worker) + OutputBlocks(worker);

    /// <summary>Ties are decided the same way everywhere: fewer requests in flight, then the lower id.</summary>
    public static bool BreaksTie(WorkerView challenger, WorkerView holder) =>
        challenger.InFlight != holder.InFlight
            ? challenger.InFlight < holder.InFlight
            : string.CompareOrdinal(challenger.Id.Value, holder.Id.Value) < 0;
}
