using Preble.Core.Placement;
using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Policies;
using Preble.Core.Radix;

namespace Preble.Testing;

/// <summary>
/// One policy and the facts it decides by, set by hand: workers w0, w1 … with their loads and blocks, and no scheduler around it. Prompts are
/// letters, one a token.
/// </summary>
public sealed class PolicyRig
{
    private readonly int _blockSize;
    private readonly IPlacementPolicy _policy;
    private readonly RadixTree _tree = new();
    private readonly FleetView _fleet = new();
    private readonly List<(string Worker, string Tokens, RadixNode Leaf)> _ends = [];
    private readonly TierIndex _tiers;
    private int _requests;

    public PolicyRig(string policy, int workers, int blockSize = 1, SchedulerOptions? options = null, int totalBlocks = 1000)
    {
        (_blockSize, _policy, _tiers) = (blockSize, PlacementPolicies.Create(policy), new TierIndex(_tree));
        Context = new PlacementContext(options ?? new SchedulerOptions(), _fleet);
        for (var index = 0; index < workers; index++)
        {
            var id = new WorkerId($"w{index}");
            _fleet.Add(new WorkerRegistration(id, SchedulerRig.Model, 1, blockSize, totalBlocks, 100_000, SchedulerRig.Costs));
        }
    }

    public PlacementContext Context { get; }

    public IEnumerable<WorkerView> Workers => _fleet.Slots.OfType<WorkerView>();

    public WorkerView this[string id] => _fleet.Find(new WorkerId(id))!;

    /// <summary>The worker holds these blocks, and nobody uses them.</summary>
    public void Hold(string worker, string tokens)
    {
        var parent = BlockHash.None;
        foreach (var hash in PromptBlocks.Of(tokens, _blockSize))
        {
            _tree.Store(this[worker].Cache, hash, parent);
            parent = hash;
        }
    }

    /// <summary>The worker's host tier holds these blocks.</summary>
    public void HoldOnHost(string worker, string tokens)
    {
        var parent = BlockHash.None;
        foreach (var hash in PromptBlocks.Of(tokens, _blockSize))
        {
            _tiers.Apply(this[worker], new KvCacheChange(KvCacheChangeKind.HostStored, hash, parent));
            parent = hash;
        }
    }

    /// <summary>A request in flight there uses these blocks; its load is not counted.</summary>
    public void Use(string worker, string tokens)
    {
        var leaf = _tree.Insert(PromptBlocks.Of(tokens, _blockSize), 100_000)!;
        _tree.Begin(leaf, this[worker].Cache);
        _ends.Add((worker, tokens, leaf));
    }

    /// <summary>A request has used these blocks there; the worker still holds them, and the window remembers it.</summary>
    public void Serve(string worker, string tokens)
    {
        Hold(worker, tokens);
        var leaf = _tree.Insert(PromptBlocks.Of(tokens, _blockSize), 100_000)!;
        _tree.Begin(leaf, this[worker].Cache);
        _tree.End(leaf, this[worker].Cache);
    }

    /// <summary>One such request has ended, and the window has forgotten it.</summary>
    public void End(string worker, string tokens)
    {
        var index = _ends.FindIndex(end => end.Worker == worker && end.Tokens == tokens);
        _tree.End(_ends[index].Leaf, this[worker].Cache);
        _tree.Forget(_ends[index].Leaf, this[worker].Cache);
        _ends.RemoveAt(index);
    }

    public void Remove(string worker) => _fleet.Remove(this[worker]);

    public string Decide(string tokens, ulong session = 0) => Choose(tokens, session).Worker.Id.Value;

    public PlacementDecision Choose(string tokens, ulong session = 0, WorkerView? assigned = null, string? request = null)
    {
        var blocks = PromptBlocks.Of(tokens, _blockSize);
        var query = new PlacementQuery(new RequestId(request ?? $"r{_requests++}"), [.. blocks], tokens.Length, 16, []) { SessionHash = session };
        Context.Reset(query, _blockSize);
        Context.Candidates.AddRange(Workers);
        Context.Find(_tree);
        if (assigned is not null)
        {
            Context.Assigned.Add(assigned);
        }

        Context.FindTiers(_tiers);
        return _policy.Choose(Context);
    }

    /// <summary>What the policy made of the worker at the last decision.</summary>
    public double Total(string worker) => Context.Scores.Single(score => score.Worker == this[worker]).Total;
}
