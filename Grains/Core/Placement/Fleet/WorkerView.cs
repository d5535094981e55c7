using Preble.Core.Placement.Costs;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Fleet;

/// <summary>
/// What the scheduler believes about one worker. Made at registration; <see cref="Gone"/> once it is lost, while requests of the window
/// still name it.
/// </summary>
public sealed class WorkerView(WorkerRegistration registration, WorkerCache cache)
{
    public WorkerId Id => Registration.Worker;

    /// <summary>Its facts; a worker may tell better costs within one epoch.</summary>
    public WorkerRegistration Registration { get; set; } = registration;

    /// <summary>Its share of the prefix index.</summary>
    public WorkerCache Cache => cache;

    /// <summary>Where its numbered cache changes have come to.</summary>
    public CacheFeed Feed { get; } = new(registration.Epoch);

    public PrefillCost Prefill => new(Registration.Costs);

    public DecodeCost Decode => new(Registration.Costs);

    /// <summary>What it said last; null before its first beat.</summary>
    public WorkerStatus? Status { get; set; }

    public TimeSpan LastSeen { get; set; }

    public bool Gone { get; set; }

    /// <summary>Its requests in flight: placed and not ended.</summary>
    public int InFlight { get; set; }

    /// <summary>Expected work of the requests in flight, whenever they were placed.</summary>
    public TimeSpan Booked { get; set; }

    /// <summary>True work of the requests placed within H that have finished.</summary>
    public TimeSpan Finished { get; set; }

    /// <summary>Requests placed on it within H.</summary>
    public int WindowRequests { get; set; }

    public OutputLengths Outputs { get; } = new();

    /// <summary>Blocks that requests in flight will need beyond their prompts' full blocks.</summary>
    public int BookedOutputBlocks { get; set; }

    /// <summary>L: the work given to it within H (§3.2).</summary>
    public TimeSpan Load => Booked + Finished;

    /// <summary>Requests it has to do, by our bookings or its own count: after a restart of the scheduler only the worker knows.</summary>
    public int Occupancy => Math.Max(InFlight, (Status?.WaitingRequests ?? 0) + (Status?.RunningRequests ?? 0));

    public bool Draining => Status?.Draining ?? false;

    /// <summary>The longest prompt plus output that fits its context and its memory.</summary>
    public int CapacityTokens => (int)Math.Min(Registration.ContextTokens, (long)Registration.TotalBlocks * Registration.BlockSize);

    /// <summary>Believes the costs that it has refined since; what is booked already keeps its price.</summary>
    public void TakeCosts(CostProfile? costs)
    {
        if (costs is not null && costs != Registration.Costs)
        {
            Registration = Registration with { Costs = costs };
        }
    }

    /// <summary>Blocks that neither hold a prefix nor are spoken for.</summary>
    public int FreeBlocks => Math.Max(0, Registration.TotalBlocks - cache.ResidentBlocks - BookedOutputBlocks);
}
