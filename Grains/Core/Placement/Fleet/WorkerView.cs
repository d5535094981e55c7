using Preble.Core.Placement.Costs;
using Preble.Core.Placement.Loads;
using Preble.Core.Placement.Sharding;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Fleet;

/// <summary>
/// What the scheduler believes about one worker. Made at registration; <see cref="Gone"/> once it is lost, while requests of the window
/// still name it.
/// </summary>
public sealed class WorkerView(WorkerRegistration registration, WorkerCache cache)
{
    private LoadElsewhere? _elsewhere;
    private int _reportedRequests;

    public WorkerId Id { get; } = registration.Worker;

    /// <summary>Its facts; a worker may tell better costs within one epoch.</summary>
    public WorkerRegistration Registration
    {
        get;
        set
        {
            field = value;
            (Prefill, Decode, CapacityTokens) = (new PrefillCost(value.Costs), new DecodeCost(value.Costs), Capacity(value));
            Present.Costs = Prefill.Costs;
        }
    } = registration;

    /// <summary>Its share of the prefix index.</summary>
    public WorkerCache Cache => cache;

    /// <summary>Its cache's slot, kept here too: a decision that looks at each worker should read as little of each as it can.</summary>
    public int Slot { get; } = cache.Slot;

    /// <summary>What it has in either tier; null for a worker without a host tier.</summary>
    public TierView? Tier { get; set; }

    /// <summary>Where its numbered cache changes have come to.</summary>
    public CacheFeed Feed { get; } = new(registration.Epoch);

    public PrefillCost Prefill { get; private set; } = new(registration.Costs);

    public DecodeCost Decode { get; private set; } = new(registration.Costs);

    /// <summary>What it said last; null before its first beat.</summary>
    public WorkerStatus? Status
    {
        get;
        set
        {
            field = value;
            if (value is not null)
            {
                (Draining, _reportedRequests) = (value.Draining, value.WaitingRequests + value.RunningRequests);
                Present.Take(value);
            }
        }
    }

    /// <summary>Cached share of the prompt tokens it admitted in the last 30 s, by its last status.</summary>
    public double HitRatio => Status?.HitRatio ?? 0;

    /// <summary>What it has to do now.</summary>
    public PresentLoad Present { get; } = new(new PrefillCost(registration.Costs).Costs);

    /// <summary>Seconds until a request that comes now would have its turn.</summary>
    public double WaitSeconds => Present.WaitSeconds;

    /// <summary>A step's fixed part and the decodes that run in it.</summary>
    public double StepSeconds => Present.StepSeconds;

    public TimeSpan LastSeen { get; set; }

    public bool Gone { get; set; }

    /// <summary>What other shards have booked on it, all zero while there is one shard.</summary>
    public ref readonly BookedLoad Elsewhere => ref (_elsewhere ?? LoadElsewhere.None).Sum;

    /// <summary>Its requests in flight: placed and not ended. To set it is to set our own part of them.</summary>
    public int InFlight
    {
        get => OwnInFlight + Elsewhere.InFlight;
        set => OwnInFlight = value - Elsewhere.InFlight;
    }

    /// <summary>Those of them that were placed here, and not by another shard.</summary>
    public int OwnInFlight { get; private set; }

    /// <summary>Expected work of the requests in flight, whenever they were placed.</summary>
    public TimeSpan Booked { get; set; }

    /// <summary>True work of the requests placed within H that have finished.</summary>
    public TimeSpan Finished { get; set; }

    /// <summary>Requests placed on it within H.</summary>
    public int WindowRequests { get; set; }

    public OutputLengths Outputs { get; } = new();

    /// <summary>Blocks that requests in flight will need beyond their prompts' full blocks.</summary>
    public int BookedOutputBlocks { get; set; }

    /// <summary>Prompt tokens that requests in flight missed when they were placed, computed since or not.</summary>
    public long BookedMissedTokens { get; set; }

    /// <summary>Those of them that were placed after its last beat, so that its status does not know of them.</summary>
    public long MissedTokensSinceBeat { get; set; }

    /// <summary>Prompt and expected output tokens of its requests in flight, cached or not.</summary>
    public long BookedTokens { get; set; }

    /// <summary>Prompt tokens it has yet to compute: as it said last, and what was placed since. Before its first beat all that is booked.</summary>
    public long PendingPrefillTokens => Status is { } status
        ? status.PendingPrefillTokens + MissedTokensSinceBeat + Elsewhere.UnreportedTokens
        : BookedMissedTokens + Elsewhere.MissedTokens;

    /// <summary>Requests that wait there: those in flight that did not run at its last beat, or as many as it says.</summary>
    public int Waiting => Status is { } status ? Math.Max(status.WaitingRequests, InFlight - status.RunningRequests) : InFlight;

    /// <summary>Share of its blocks that requests in flight use or will need for their output; 1 when they need more than there are.</summary>
    public double Usage => Math.Min(1, (InUseBlocks + BookedOutputBlocks + Elsewhere.OutputBlocks) / (double)Registration.TotalBlocks);

    /// <summary>Blocks that requests in flight use, whichever shard placed them.</summary>
    public int InUseBlocks => cache.InUseBlocks + Elsewhere.InUseBlocks;

    /// <summary>Blocks that lie there or are about to, whichever shard knows them.</summary>
    public int ResidentBlocks => cache.ResidentBlocks + Elsewhere.ResidentBlocks;

    /// <summary>L: the work given to it within H (§3.2).</summary>
    public TimeSpan Load => Booked + Finished + Elsewhere.Booked + Elsewhere.Finished;

    /// <summary>Expected work of the requests in flight, whichever shard placed them.</summary>
    public TimeSpan BookedByAll => Booked + Elsewhere.Booked;

    /// <summary>Requests placed on it within H by all shards.</summary>
    public int WindowRequestsOfAll => WindowRequests + Elsewhere.WindowRequests;

    /// <summary>Requests it has to do, by our bookings or its own count: after a restart of the scheduler only the worker knows.</summary>
    public int Occupancy => Math.Max(InFlight, _reportedRequests);

    public bool Draining { get; private set; }

    /// <summary>The longest prompt plus output that fits its context and its memory.</summary>
    public int CapacityTokens { get; private set; } = Capacity(registration);

    /// <summary>Believes the costs that it has refined since; what is booked already keeps its price.</summary>
    public void TakeCosts(CostProfile? costs)
    {
        if (costs is not null && costs != Registration.Costs)
        {
            Registration = Registration with { Costs = costs };
        }
    }

    /// <summary>Blocks that neither hold a prefix nor are spoken for.</summary>
    public int FreeBlocks => Math.Max(0, Registration.TotalBlocks - ResidentBlocks - BookedOutputBlocks - Elsewhere.OutputBlocks);

    /// <summary>Another shard has said what it has booked here.</summary>
    public void Hear(Shard from, BookedLoad load)
    {
        _elsewhere ??= new LoadElsewhere();
        if (_elsewhere.Set(from, load))
        {
            Present.Hear(_elsewhere.Sum);
        }
    }

    private static int Capacity(WorkerRegistration facts) => (int)Math.Min(facts.ContextTokens, (long)facts.TotalBlocks * facts.BlockSize);
}
