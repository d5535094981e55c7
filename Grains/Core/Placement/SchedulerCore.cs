using Preble.Core.Placement.Admission;
using Preble.Core.Placement.Balancing;
using Preble.Core.Placement.Costs;
using Preble.Core.Placement.Explaining;
using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Loads;
using Preble.Core.Placement.Policies;
using Preble.Core.Placement.Prefixes;
using Preble.Core.Placement.Sharding;
using Preble.Core.Radix;

namespace Preble.Core.Placement;

/// <summary>
/// The global scheduler of one model as a state machine: what workers hold, what is booked on them, and where the next request goes. One
/// writer. <c>now</c> is the time since the host started; a step back is taken as no time passed. A decision costs O(path + workers),
/// whatever the number of prefixes known. Call <see cref="Tick"/> about once a second.
/// </summary>
public sealed partial class SchedulerCore
{
    private readonly ModelId _model;
    private readonly SchedulerOptions _options;
    private readonly IPlacementPolicy _policy;
    private readonly FleetView _fleet = new();
    private readonly PrefixIndex _index;
    private readonly Bookings _bookings;
    private readonly HotPrefixes _hotPrefixes;
    private readonly PlacementContext _context;
    private readonly PlacementLog _log;
    private readonly Dictionary<PlacementReason, long> _placements = [];
    private TimeSpan _now;
    private int _blockSize;

    /// <param name="shard">Its part of the model's prompts; all of them by default.</param>
    public SchedulerCore(ModelId model, SchedulerOptions options, Shard shard = default)
    {
        _model = model;
        _options = options.Validate();
        (_shard, _index, _exchange) = (shard, new PrefixIndex(shard), new ShardExchange(shard, _fleet));
        _policy = PlacementPolicies.Create(options.Policy);
        (_bookings, _assignments) = (new Bookings(options, _fleet, _index.Tree, _keyLoads), new Assignments(options));
        _rebalancer = new Rebalancer(options, _fleet, _keyLoads, _assignments);
        _hotPrefixes = new HotPrefixes(model, options, _fleet, _index.Tree, _assignments);
        _context = new PlacementContext(options, _fleet);
        _queue = new PlacementQueue(options.QueuedRequests, options.QueuePatience);
        _log = new PlacementLog(options.Policy, _policy.Measure, options.PlacementsKept);
    }

    public ModelId Model => _model;

    /// <summary>Nodes and workers that the last decision looked at, for tests that bound it.</summary>
    public int LastVisits => _context.Match.Visits;

    /// <summary>Chooses a worker and books the request on it, so that a burst spreads; or refuses.</summary>
    public PlacementResult Place(PlacementQuery query, TimeSpan now) => Noted(query, TryPlace(query, now));

    /// <summary>As <see cref="Place"/>, for one that may be tried again: a refusal is not noted.</summary>
    private PlacementResult TryPlace(PlacementQuery query, TimeSpan now, TimeSpan waited = default)
    {
        Advance(now);
        if (Refuse(query) is { } refusal)
        {
            return new PlacementResult(null, refusal);
        }

        if (Weigh(query) is { } rejection)
        {
            return new PlacementResult(null, rejection);
        }

        var target = TtftTarget.Left(query, _options.TtftTargetSeconds, waited);
        var late = target > 0 ? TtftTarget.Narrow(_context, target) : 0;
        if (late > 0 && _options.LateRequests == LateRequests.Refuse)
        {
            return new PlacementResult(null, TtftTarget.Unreachable(target, late));
        }

        var decision = _policy.Choose(_context);
        _log.Add(_context, decision, _now);
        var ticket = new PlacementTicket(
            query.Request, decision.Worker.Id, _context.HitTokens(decision.Worker), decision.Reason, decision.CostSeconds)
        {
            PriorityShift = late > 0 ? 1 : 0,
        };
        Book(query, decision.Worker);
        BookSiblings(query, decision.Worker);
        _placements[decision.Reason] = _placements.GetValueOrDefault(decision.Reason) + 1;
        return new PlacementResult(ticket, null);
    }

    /// <summary>What would be chosen now, without booking it or answering: the part of a placement that grows with the fleet.</summary>
    public PlacementDecision? Decide(PlacementQuery query, TimeSpan now)
    {
        Advance(now);
        return Weigh(query) is null ? _policy.Choose(_context) : null;
    }

    /// <summary>Releases a booking with the true numbers. Unknown and repeated completions are ignored.</summary>
    public void Complete(RequestCompletion completion, TimeSpan now)
    {
        Advance(now);
        if (_bookings.Find(completion.Request) is not { } booking || booking.Worker.Id != completion.Worker)
        {
            return;
        }

        if (!completion.Succeeded)
        {
            _bookings.Withdraw(booking);
            return;
        }

        var worker = booking.Worker;
        var (prompt, output) = (Math.Max(0, completion.PromptTokens), Math.Max(0, completion.OutputTokens));
        var work = RequestWork.Of(worker, prompt, Math.Clamp(completion.CachedTokens, 0, prompt), output);
        _bookings.Finish(booking, work, output, _now);
        _hotPrefixes.ObserveEnd(booking.HotPrefix, completion.QueueSeconds, completion.TtftSeconds);
        _queue.Tenants.Charge(booking.Tenant, (long)TenantCounters.OutputWeight * output);
    }

    /// <summary>Gathers what is known about the request and each worker; or says why it may go nowhere.</summary>
    private Rejection? Weigh(PlacementQuery query)
    {
        _context.Reset(query, _blockSize);
        if (CandidateRules.FindCandidates(_context, _fleet) is { } rejection)
        {
            return rejection;
        }

        _context.Find(_index.Tree);
        _context.FindTiers(_index.Tiers);
        _assignments.Apply(_context, _now);
        _context.KeyOutputs = _context.Match.DeepestWhole is { } node ? _keyLoads.Find(KeyPortion.Of(node).Hash)?.Outputs : null;
        return null;
    }

    private void Advance(TimeSpan now)
    {
        _now = now > _now ? now : _now;
        _bookings.Expire(_now);
    }

    /// <summary>
    /// A request placed again after its worker failed it gives up its old booking; one placed twice for no such reason is refused.
    /// </summary>
    private Rejection? Refuse(PlacementQuery query)
    {
        if (query.PromptTokens < 1 || (_blockSize > 0 && query.Blocks.Length > query.PromptTokens / _blockSize))
        {
            var (tokens, blocks) = (query.PromptTokens, query.Blocks.Length);
            var message = $"A prompt has at least one token and no more full blocks than fit: {tokens} tokens, {blocks} blocks.";
            return new Rejection(RejectionReason.InvalidRequest, message);
        }

        var siblings = query.Siblings.IsDefault ? [] : query.Siblings.AsSpan();
        for (var index = 0; index < siblings.Length; index++)
        {
            var sibling = siblings[index];
            if (sibling == query.Request || siblings[..index].Contains(sibling) || _bookings.Find(sibling) is not null)
            {
                return new Rejection(RejectionReason.DuplicateRequest, $"Request {sibling} is booked already.");
            }
        }

        if (_bookings.Find(query.Request) is not { } booking)
        {
            return null;
        }

        if (!query.Excluded.Contains(booking.Worker.Id))
        {
            return new Rejection(RejectionReason.DuplicateRequest, $"Request {query.Request} is running on {booking.Worker.Id} already.");
        }

        _bookings.Withdraw(booking);
        return null;
    }

    private void Book(PlacementQuery query, WorkerView worker)
    {
        var booking = Book(query, query.Request, worker, RequestWork.Of(_context, worker), _context.MissedTokens(worker));
        booking.HotPrefix = _hotPrefixes.Observe(booking.Leaf, _blockSize);
    }

    /// <summary>Their prompt is the first one's, so they cost its last block and their own output.</summary>
    private void BookSiblings(PlacementQuery query, WorkerView worker)
    {
        if (query.Siblings.IsDefaultOrEmpty)
        {
            return;
        }

        var work = RequestWork.OfSibling(_context, worker);
        var missed = query.PromptTokens - ((query.PromptTokens - 1) / _blockSize * _blockSize);
        foreach (var sibling in query.Siblings)
        {
            Book(query, sibling, worker, work, missed);
        }
    }

    private Booking Book(PlacementQuery query, RequestId request, WorkerView worker, TimeSpan work, int missedTokens)
    {
        var leaf = _index.Tree.Insert(query.Blocks.AsSpan(), _options.IndexBlocks);
        var booking = _bookings.Create(request, worker, leaf, _now);
        (booking.Work, booking.OutputBlocks, booking.MissedTokens) = (work, _context.OutputBlocks(worker), missedTokens);
        booking.ContextTokens = query.PromptTokens + (_context.ExpectedOutputTokens(worker) / 2);
        booking.Tokens = query.PromptTokens + _context.ExpectedOutputTokens(worker);
        booking.Tenant = query.Tenant;
        _bookings.Add(booking);
        return booking;
    }
}
