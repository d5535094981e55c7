using Preble.Core.Batching.Costs;

namespace Preble.Core.Placement.Loads;

/// <summary>
/// What one worker has to do now, beside the window's L: how long its pending prefill takes, with the decodes that share its steps. Known
/// from its last status and from the bookings that this status cannot have counted yet: reports come every 50 ms, a burst in one.
/// </summary>
public sealed class PresentLoad(StepCostModel costs)
{
    private readonly Queue<(Booking Booking, long Number)> _unreported = new();
    private BookedLoad _elsewhere;
    private long _reportedPending;
    private long _reportedTotal;
    private int _reportedRequests;
    private int _inFlight;

    /// <summary>Requests booked here that the worker has not counted in a status yet.</summary>
    public int UnreportedRequests { get; private set; }

    /// <summary>Tokens to prefill of those.</summary>
    public long UnreportedTokens { get; private set; }

    /// <summary>Tokens to prefill of all requests in flight, done or not.</summary>
    public long MissedTokens { get; private set; }

    /// <summary>Tokens of context that the requests in flight attend to when they decode: prompt and half the expected output.</summary>
    public long ContextTokens { get; private set; }

    /// <summary>
    /// Tokens to prefill before a new request's. The worker counts a waiting prompt in full, for it looks for cached blocks at admission; what
    /// was booked knows the match, so the smaller of the two holds as long as all of the worker's requests are booked here.
    /// </summary>
    public long PendingTokens =>
        _reportedRequests > _inFlight + _elsewhere.InFlight
            ? _reportedPending + UnreportedTokens + _elsewhere.UnreportedTokens
            : Math.Min(_reportedPending + UnreportedTokens + _elsewhere.UnreportedTokens, MissedTokens + _elsewhere.MissedTokens);

    /// <summary>A step's fixed part and the decodes that run in it.</summary>
    public double StepSeconds { get; private set; }

    /// <summary>Seconds until the pending prefill is done.</summary>
    public double WaitSeconds { get; private set; }

    /// <summary>What its steps cost, from now on.</summary>
    public StepCostModel Costs
    {
        get;
        set
        {
            field = value;
            WorkOut();
        }
    } = costs;

    /// <summary>
    /// Takes in a status: it counts the first requests that it counts more than the last one did. It does not say which shard placed them, so
    /// they are taken to come from each in proportion to what it has not seen counted.
    /// </summary>
    public void Take(WorkerStatus status)
    {
        _reportedPending = Math.Max(0, status.PendingPrefillTokens);
        _reportedRequests = status.WaitingRequests + status.RunningRequests;
        var accepted = Own(Math.Max(0, status.RequestsTotal - _reportedTotal));
        _reportedTotal = Math.Max(_reportedTotal, status.RequestsTotal);
        while (accepted > 0 && _unreported.TryDequeue(out var entry))
        {
            accepted -= entry.Booking.Number == entry.Number && !entry.Booking.Withdrawn ? 1 : 0;
            Report(entry.Booking, entry.Number);
        }

        WorkOut();
    }

    /// <summary>What other shards have booked on the worker: that shares its queue and its steps with ours.</summary>
    public void Hear(in BookedLoad elsewhere)
    {
        _elsewhere = elsewhere;
        WorkOut();
    }

    /// <summary>Bookings from before this time are in the last status, whatever the proportions said; for several shards.</summary>
    public void Settle(TimeSpan before)
    {
        while (_unreported.TryPeek(out var entry) && (entry.Booking.Number != entry.Number || entry.Booking.PlacedAt < before))
        {
            _unreported.Dequeue();
            Report(entry.Booking, entry.Number);
        }

        WorkOut();
    }

    internal void Begin(Booking booking)
    {
        _inFlight++;
        MissedTokens += booking.MissedTokens;
        ContextTokens += booking.ContextTokens;
        UnreportedTokens += booking.MissedTokens;
        UnreportedRequests++;
        booking.Unreported = true;
        _unreported.Enqueue((booking, booking.Number));
        WorkOut();
    }

    internal void End(Booking booking)
    {
        Report(booking, booking.Number);
        _inFlight--;
        MissedTokens -= booking.MissedTokens;
        ContextTokens -= booking.ContextTokens;
        Invariant.Require(MissedTokens >= 0 && ContextTokens >= 0 && UnreportedTokens >= 0, "no present work is negative");
        if (_inFlight == 0)
        {
            _unreported.Clear();
        }

        WorkOut();
    }

    /// <summary>At each change, for a decision reads these of every worker.</summary>
    private void WorkOut()
    {
        var (requests, context) = (_inFlight + _elsewhere.InFlight, ContextTokens + _elsewhere.ContextTokens);
        StepSeconds = Costs.Step + (requests * Costs.Decode) + (context * Costs.DecodeContext);
        WaitSeconds = PendingTokens * (Costs.PrefillToken + (StepSeconds / Limits.StepTokens));
    }

    private long Own(long accepted) => _elsewhere.UnreportedRequests == 0
        ? accepted
        : (long)Math.Round(accepted * (double)UnreportedRequests / (UnreportedRequests + _elsewhere.UnreportedRequests));

    private void Report(Booking booking, long number)
    {
        if (booking.Number == number && booking.Unreported)
        {
            booking.Unreported = false;
            UnreportedRequests--;
            UnreportedTokens -= booking.MissedTokens;
        }
    }
}
