using Preble.Core.Batching.Costs;
using Preble.Core.KvCache;
using Preble.Core.KvCache.Eviction;
using Preble.Core.KvCache.Host;
using Preble.Core.KvCache.Pins;

namespace Preble.Core.Batching;

/// <summary>
/// The state machine of a worker: which sequence computes what, in which blocks. Owned by one thread. In turn: <see cref="PlanStep"/>; if the
/// plan has transfers, move the blocks and <see cref="CompleteLoads"/>; if it has chunks, run it on the engine and <see cref="CompleteStep(ReadOnlySpan{int},
/// TimeSpan, double)"/>.
/// Requests come and go between these rounds. After an engine failure <see cref="FailAll"/>.
/// </summary>
public sealed partial class WorkerCore
{
    private readonly WorkerCoreOptions _options;
    private readonly BlockPool _pool;
    private readonly HostTier _host;
    private readonly KvCacheManager _cache;
    private readonly WaitingQueue _waiting;
    private readonly RunningQueue _running = new();
    private readonly PendingTransfers _transfers;
    private readonly PromptPins _pins;
    private readonly StepPlanner _planner;
    private readonly DeadlineQueue _deadlines = new();
    private readonly List<SequenceOutput> _overdue = [];
    private readonly Dictionary<RequestId, Sequence> _sequences = [];
    private readonly StepPlan _plan = new();
    private readonly List<Sequence> _admitted = [];
    private readonly List<SequenceOutput> _outputs = [];
    private readonly PrefillBacklog _backlog = new();
    private readonly WorkerTotals _totals = new();
    private readonly WorkerCosts _costs;
    private readonly PacedDrain _drain;
    private long _arrivals;
    private bool _draining;

    /// <param name="hostEntries">What the host tier has kept from an earlier life, least recently used first.</param>
    public WorkerCore(WorkerCoreOptions options, IReadOnlyList<HostEntry>? hostEntries = null)
    {
        options.Validate();
        _options = options;
        _pool = new BlockPool(
            options.BlockCount, options.BlockSize, recomputeCost: options.Eviction == EvictionKind.Cost ? options.CostOfRecompute : null);
        _host = new HostTier(options.HostSlots, _pool.Changes, hostEntries);
        var pins = new PinnedPrefixes(_pool, (int)(options.BlockCount * options.PinnedShare));
        _pins = new PromptPins(pins);
        _cache = new KvCacheManager(options.BlockSize, _pool, _host, _plan.Transfers, pins);
        _transfers = new PendingTransfers(_cache);
        _costs = new WorkerCosts(options);
        _drain = new PacedDrain(_costs);
        _waiting = new WaitingQueue(options, _pool);
        _planner = new StepPlanner(options, _costs, _cache, _running, _waiting, _transfers);
    }

    public WorkerCoreOptions Options => _options;

    /// <summary>What the worker knows of time.</summary>
    public WorkerCosts Costs => _costs;

    public bool HasWork => _sequences.Count > 0;

    /// <summary>True when nothing new is accepted.</summary>
    public bool Draining => _draining;

    /// <summary>True when the worker is draining and everything it had accepted has ended.</summary>
    public bool Drained => _draining && !HasWork;

    /// <summary>The number of the oldest cache change not taken yet; a jump since the last take means that changes were dropped.</summary>
    public long FirstUntakenNumber => _pool.Changes.FirstUntakenNumber;

    /// <summary>Accepts a request into the waiting queue, or says why not.</summary>
    /// <param name="knownHashes">Those of the prompt's first blocks, when the caller has them: they are believed. Else they are computed.</param>
    /// <param name="tag">See <see cref="Sequence.Tag"/>.</param>
    public Rejection? Submit(GenerateCommand command, TimeSpan now, ReadOnlySpan<BlockHash> knownHashes = default, object? tag = null)
    {
        if (Admission.Check(command, _options) is { } rejection)
        {
            return rejection;
        }

        if (_sequences.ContainsKey(command.Request))
        {
            return Admission.Duplicate(command.Request);
        }

        if (_draining)
        {
            return Admission.Draining();
        }

        // Those for whom there is a slot do not wait for anybody: a burst may fill the slots and the queue behind them.
        if (_waiting.Count >= _options.WaitingRequests + _options.RunningSequences - _running.Count)
        {
            return Admission.QueueFull(_waiting.Count, _drain.Seconds(_sequences.Values, now, Limits.RetryHintAge));
        }

        var sequence = new Sequence(command, _options.BlockSize, knownHashes)
        {
            Arrival = _arrivals++, ArrivedAt = now, Backlog = _backlog, Tag = tag,
        };
        _sequences.Add(sequence.Id, sequence);
        _pins.Asked(sequence);
        _waiting.Add(sequence);
        _deadlines.Add(sequence);
        _totals.Requests++;
        return null;
    }

    /// <summary>
    /// Ends a request and frees its blocks at once; false when it has ended already. Not between a plan and its completion.
    /// </summary>
    public bool Cancel(RequestId request)
    {
        RequireBetweenSteps();
        if (!_sequences.TryGetValue(request, out var sequence))
        {
            return false;
        }

        End(sequence);
        return true;
    }

    /// <summary>
    /// Ends the requests whose deadline has passed, waiting or running, and frees their blocks. Call it before each plan; the outputs are valid
    /// until the next call.
    /// </summary>
    public IReadOnlyList<SequenceOutput> EndOverdue(TimeSpan now)
    {
        RequireBetweenSteps();
        _overdue.Clear();
        while (_deadlines.PeekPassed(now) is { } sequence)
        {
            // One that was never admitted has waited until now.
            var queueSeconds = sequence.AdmittedAt is null ? (now - sequence.ArrivedAt).TotalSeconds : sequence.QueueSeconds;
            _overdue.Add(SequenceOutput.Of(sequence, null, FinishReason.TimedOut, queueSeconds));
            End(sequence);
        }

        return _overdue;
    }

    /// <summary>
    /// What to compute next; empty when nothing can run. With transfers and no chunks, plan again when they are done. The plan is valid until
    /// its completion.
    /// </summary>
    public StepPlan PlanStep(TimeSpan now)
    {
        RequireBetweenSteps();
        _cache.Pins.Expire(now);
        _admitted.Clear();
        _planner.Plan(_plan, _admitted, now);
        foreach (var sequence in _admitted)
        {
            _totals.Admit(sequence.PromptLength, sequence.CachedCount, now);
            _costs.Admitted(sequence, now);
        }

        return _plan;
    }

    /// <summary>
    /// The plan's transfers are done: <paramref name="loaded"/> says for each load whether the block came, and as it was saved. A sequence
    /// computes what did not come. Call it for every plan with transfers, before its step.
    /// </summary>
    public void CompleteLoads(ReadOnlySpan<bool> loaded)
    {
        Invariant.Require(_plan.HasTransfers, "only a plan with transfers has loads to complete");
        Invariant.Require(loaded.Length == _plan.Loads.Count, "there is one answer for each load of the plan");
        var (loadedTokens, lostTokens) = _transfers.Complete(loaded);
        _totals.Load(loadedTokens, lostTokens);
        _cache.EndTransfers();
    }

    /// <summary>A save of the plan was not done: the host tier does not have the block. After <see cref="CompleteLoads"/>.</summary>
    public void ForgetSave(BlockHash hash) => _host.Forget(hash);

    /// <summary>
    /// Takes in what the engine computed: the sampled tokens of the plan's chunks side by side. The outputs are valid until the next completion.
    /// </summary>
    public IReadOnlyList<SequenceOutput> CompleteStep(ReadOnlySpan<int> sampled, TimeSpan now) => CompleteStep(sampled, now, stepSeconds: 0);

    /// <param name="stepSeconds">What the forward pass took, to refine the costs; 0 when nobody has measured it.</param>
    public IReadOnlyList<SequenceOutput> CompleteStep(ReadOnlySpan<int> sampled, TimeSpan now, double stepSeconds)
    {
        Invariant.Require(!_plan.IsEmpty, "a step is planned before it is completed");
        Invariant.Require(!_plan.HasTransfers, "what a plan moves is moved before its step");
        Invariant.Require(sampled.Length >= _plan.SampledCount, "the engine answers for every chunk of the plan");
        _outputs.Clear();
        _totals.Steps++;
        _costs.Completed(_plan, stepSeconds, now);
        for (var i = 0; i < _plan.Count; i++)
        {
            var chunk = _plan.Chunks[i];
            Complete(chunk, sampled[..chunk.SampledCount], now);
            sampled = sampled[chunk.SampledCount..];
        }

        _plan.Clear();
        return _outputs;
    }

    /// <summary>Accepts nothing new from now on; what was accepted is finished, unless it is cancelled.</summary>
    public void Drain() => _draining = true;

    /// <summary>
    /// After an engine failure: ends every request and forgets the cache, which is no longer to be trusted.
    /// Returns the requests, oldest first, so that each gets an answer.
    /// </summary>
    public IReadOnlyList<RequestId> FailAll()
    {
        _cache.EndTransfers();
        _transfers.Clear();
        _plan.Clear();
        var sequences = _sequences.Values.OrderBy(sequence => sequence.Arrival).ToList();
        sequences.ForEach(End);
        _cache.Clear();
        return sequences.ConvertAll(sequence => sequence.Id);
    }

    private void End(Sequence sequence)
    {
        if (sequence.Status == SequenceStatus.Running)
        {
            _running.Remove(sequence);
            _cache.Release(sequence.Table, sequence.Hashes, sequence.KnownTokens, sequence.ComputedCount);
        }

        _waiting.End(sequence);
        sequence.Finish();
        _deadlines.Remove(sequence);
        _sequences.Remove(sequence.Id);
    }

    private void RequireBetweenSteps() =>
        Invariant.Require(_plan.IsEmpty && !_plan.HasTransfers, "a plan is completed before anything is cancelled or planned");
}
