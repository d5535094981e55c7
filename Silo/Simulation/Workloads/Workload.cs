namespace Preble.Simulation.Workloads;

/// <summary>
/// What clients ask. <see cref="Arrivals"/> are those that come whatever the fleet does, in order of time; <see cref="After"/> gives the next request of a
/// session that waits for its answers. Made anew for each run: the same options give the same requests.
/// </summary>
internal abstract class Workload
{
    public abstract IEnumerable<SimulatedRequest> Arrivals();

    /// <summary>What follows the request that has ended just now; null when nothing does.</summary>
    public virtual SimulatedRequest? After(SimulatedRequest ended, TimeSpan now) => null;

    /// <summary>Who numbers the requests: one for all parts of a mixed workload.</summary>
    public RequestNumbers Numbers { get; init; } = new();

    /// <summary>Requests made so far: each has the next number.</summary>
    protected int Made => Numbers.Made;

    protected int NextNumber() => Numbers.Made++;

    /// <summary>The random numbers of one turn of a session: the same whenever it comes about.</summary>
    protected static SimulationRandom TurnRandom(ulong seed, int session, int turn) =>
        SimulationRandom.For(seed, ((ulong)(uint)session << 32) | (uint)turn);

    /// <summary>An id for what is shared by a class of requests, the same in each run.</summary>
    protected static ulong SharedId(ulong seed, int kind, int number) =>
        SimulationRandom.Mix(seed ^ SimulationRandom.Mix(((ulong)kind << 48) | (uint)number));
}

/// <param name="Requests">How many requests in all, those of sessions included.</param>
/// <param name="Rate">Requests a second over the whole fleet.</param>
/// <param name="Prefixes">Different prefixes: tools, videos, documents, environments.</param>
/// <param name="Zipf">Exponent of their popularity; 0 for all alike.</param>
/// <param name="ContextTokens">The longest prompt plus output that the model takes.</param>
internal sealed record WorkloadOptions(int Requests, double Rate, int Prefixes, double Zipf, ulong Seed, int ContextTokens)
{
    /// <summary>When requests, or sessions, arrive; null for a Poisson process. When they are used up, nothing more arrives.</summary>
    public IReadOnlyList<TimeSpan>? ArrivalTimes { get; init; }

    /// <summary>The same for the second part of a mixed workload; null for the same times.</summary>
    public IReadOnlyList<TimeSpan>? OtherArrivalTimes { get; init; }

    /// <summary>Different questions to each prefix, drawn with replacement, so that whole prompts repeat; 0: each request has its own.</summary>
    public int Questions { get; init; }
}

/// <summary>How many requests were made.</summary>
internal sealed class RequestNumbers
{
    public int Made { get; set; }
}
