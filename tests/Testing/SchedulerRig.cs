using System.Collections.Immutable;
using Preble.Core.Placement;
using Preble.Core.Placement.Sharding;

namespace Preble.Testing;

/// <summary>
/// A scheduler and the numbered cache changes of its workers, by hand. Prompts are letters, one a token; workers are w0, w1 …; a token
/// costs a millisecond to prefill and ten to decode unless told otherwise. Time moves only by <see cref="Now"/>.
/// </summary>
public sealed class SchedulerRig
{
    public static readonly CostProfile Costs = new(0.001, 0, 0.010);
    public static readonly ModelId Model = new("model");
    private readonly int _blockSize;
    private readonly Dictionary<string, (long Epoch, long NextNumber)> _feeds = [];

    public SchedulerRig(
        int workers = 2, int blockSize = 1, SchedulerOptions? options = null, int totalBlocks = 1_000_000, int context = 100_000,
        Shard shard = default)
    {
        _blockSize = blockSize;
        Core = new SchedulerCore(Model, options ?? new SchedulerOptions(), shard);
        for (var index = 0; index < workers; index++)
        {
            Register($"w{index}", 1, totalBlocks, context);
        }
    }

    public SchedulerCore Core { get; }

    public TimeSpan Now { get; set; }

    public static string Letters(char letter, int count) => new(letter, count);

    public void Register(string worker, long epoch = 1, int totalBlocks = 1_000_000, int context = 100_000, CostProfile? costs = null)
    {
        Core.Register(new WorkerRegistration(new WorkerId(worker), Model, epoch, _blockSize, totalBlocks, context, costs ?? Costs), Now);
        _feeds[worker] = (epoch, 1);
    }

    public PlacementResult Place(string request, string tokens, int output = 16, params string[] excluded)
    {
        ImmutableArray<WorkerId> without = [.. excluded.Select(id => new WorkerId(id))];
        var blocks = ImmutableArray.Create(PromptBlocks.Of(tokens, _blockSize));
        return Core.Place(new PlacementQuery(new RequestId(request), blocks, tokens.Length, output, without), Now);
    }

    /// <summary>As <see cref="Place"/>, but it may wait; null while it does.</summary>
    public PlacementResult? Ask(string request, string tokens, int priority = 0, string tenant = "")
    {
        var blocks = ImmutableArray.Create(PromptBlocks.Of(tokens, _blockSize));
        var query = new PlacementQuery(new RequestId(request), blocks, tokens.Length, 16, []) { Priority = priority, Tenant = tenant };
        return Core.Ask(query, Now);
    }

    /// <summary>Places a request that must be accepted.</summary>
    public PlacementTicket Ticket(string request, string tokens, int output = 16, params string[] excluded) =>
        Place(request, tokens, output, excluded) is { Ticket: { } ticket }
            ? ticket
            : throw new InvalidOperationException($"{request} was refused.");

    public void Complete(PlacementTicket ticket, int prompt, int output, int cached = 0, double queueSeconds = 0, bool succeeded = true) =>
        Core.Complete(new RequestCompletion(ticket.Request, ticket.Worker, prompt, cached, output, queueSeconds, succeeded), Now);

    /// <summary>The worker reports that it has stored all full blocks of a prompt.</summary>
    public ReportAnswer Store(string worker, string tokens)
    {
        var blocks = PromptBlocks.Of(tokens, _blockSize);
        var changes = blocks.Select(
            (hash, index) => new KvCacheChange(KvCacheChangeKind.Stored, hash, index == 0 ? BlockHash.None : blocks[index - 1]));
        return Report(worker, [.. changes]);
    }

    /// <summary>The worker reports that it has evicted the last blocks of a prompt, the very last first.</summary>
    public ReportAnswer Evict(string worker, string tokens, int blocks)
    {
        var evicted = PromptBlocks.Of(tokens, _blockSize).TakeLast(blocks).Reverse();
        return Report(worker, [.. evicted.Select(hash => new KvCacheChange(KvCacheChangeKind.Removed, hash, BlockHash.None))]);
    }

    /// <summary>A beat: with changes, or without.</summary>
    public ReportAnswer Report(string worker, params KvCacheChange[] changes) => Report(Status(worker), changes);

    public ReportAnswer Report(WorkerStatus status, params KvCacheChange[] changes)
    {
        var (epoch, next) = _feeds[status.Worker.Value];
        _feeds[status.Worker.Value] = (epoch, next + changes.Length);
        return Core.Report(new WorkerReport(status, new KvCacheChanges(status.Worker, epoch, next, [.. changes])), Now);
    }

    /// <summary>Some changes are made and their report is lost on the way.</summary>
    public void LoseChanges(string worker, int count) =>
        _feeds[worker] = (_feeds[worker].Epoch, _feeds[worker].NextNumber + count);

    /// <summary>The worker sends all it holds: the blocks of these prompts.</summary>
    public void Restore(string worker, params string[] prompts)
    {
        var held = new List<CachedBlock>();
        foreach (var blocks in prompts.Select(prompt => PromptBlocks.Of(prompt, _blockSize)))
        {
            held.AddRange(blocks.Select((hash, index) => new CachedBlock(hash, index == 0 ? BlockHash.None : blocks[index - 1])));
        }

        var (epoch, next) = _feeds[worker];
        Core.Restore(new KvCacheSnapshot(new WorkerId(worker), epoch, next, [.. held.Distinct()]), Now);
    }

    public WorkerStatus Status(string worker) => new() { Worker = new WorkerId(worker), Epoch = _feeds[worker].Epoch };

    public WorkerOverview Overview(string worker) =>
        Core.Overview(Now).Workers.Single(overview => string.Equals(overview.Worker.Value, worker, StringComparison.Ordinal));

    /// <summary>The workers that balancing has assigned the prompt's prefix to.</summary>
    public IEnumerable<string> AssignedTo(string tokens)
    {
        var assignment = Core.FindAssignment(PromptBlocks.Of(tokens, _blockSize), tokens.Length);
        return assignment is null ? [] : assignment.Workers.Select(worker => worker.Id.Value);
    }

    /// <summary>A prefix's node says where the prefix shall go.</summary>
    public void Assign(string prefix, long generation, params string[] workers)
    {
        var node = new PrefixNodeId(Model, PromptBlocks.Of(prefix, _blockSize)[^1]);
        var record = new PrefixNodeRecord(node, prefix.Length, [], 1, 0, true)
        {
            Assigned = [.. workers.Select(id => new WorkerId(id))], Generation = generation,
        };
        Core.TakeAssignments([record], Now);
    }

    public long IndexedBlocks => Core.Overview(Now).IndexedBlocks;
}
