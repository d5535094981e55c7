using Preble.Core.Placement.Policies;

namespace Preble.Core.Placement;

/// <summary>
/// What an operator may set about placement. Sections are those of the Preble paper (arXiv 2407.00023). Call <see cref="Validate"/> at
/// start.
/// </summary>
public sealed partial record SchedulerOptions
{
    /// <summary>Name of the placement policy; see <see cref="PlacementPolicies.Names"/>.</summary>
    public string Policy { get; init; } = "e2";

    /// <summary>
    /// The window H over which load and sharing are counted (§3.2: three minutes; the authors saw little difference for others).
    /// </summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// α: a request exploits when missed tokens &lt; α · cached tokens (§3.2 has α = 1; its reviewers asked for the knob).
    /// </summary>
    public double ExploitThreshold { get; init; } = 1;

    /// <summary>
    /// Weight of L, the work a worker was given within H (§3.2, Algorithm 2). Small, for L counts minutes and the other costs count what a
    /// first token waits for; docs/placement.md has the runs.
    /// </summary>
    public double LoadWeight { get; init; } = 0.01;

    /// <summary>Weight of the present load: the seconds until a new request would have its turn.</summary>
    public double NowWeight { get; init; } = 1;

    /// <summary>
    /// Weight of D, the request's own decode: its expected output in steps as long as the worker's are. Off: it helps some workloads a
    /// little, and on Mooncake's synthetic trace the mean latency grows by a quarter (docs/placement.md).
    /// </summary>
    public double DecodeWeight { get; init; }

    /// <summary>Weight of M, the work that evictions would make worthless (§3.2, Algorithm 2).</summary>
    public double EvictionWeight { get; init; } = 1;

    /// <summary>Weight of P, the request's own prefill on that worker (§3.2, Algorithm 2).</summary>
    public double PrefillWeight { get; init; } = 1;

    /// <summary>
    /// Output length assumed before any was observed within H (§3.2 uses the observed average; 45 is the authors' default).
    /// </summary>
    public int DefaultOutputTokens { get; init; } = 45;

    /// <summary>
    /// What a request's prefill costs others, of its own work for each of them: a holder is passed over only when the first token comes sooner
    /// elsewhere by more than the difference of that (§3.2, post-assignment shift). 0: nothing, and prefixes are copied at the first wait.
    /// </summary>
    public double CopyPrice { get; init; } = 1;

    /// <summary>
    /// IMBAL_R: an explored request goes to the worker whose prompts of the last 30 s were found cached to this share, for it mostly decodes
    /// (§3.2, prefill/decode balancing; 0.7 in the authors' code). 0: never.
    /// </summary>
    public double DecodeHeavyRatio { get; init; } = 0.7;

    /// <summary>How much later, by share, its first token may come there than at the cheapest worker.</summary>
    public double DecodeHeavySlack { get; init; } = 0.1;

    /// <summary>Share of a block's prefill that is saved when the block comes from the worker's host tier; 0: no credit for that tier.</summary>
    public double HostCredit { get; init; } = 0.75;

    /// <summary>A request of a session stays where the session was last while that costs at most so many seconds more.</summary>
    public double SessionBandSeconds { get; init; } = 0.05;

    /// <summary>
    /// True to move prefixes from heavily to lightly loaded workers in the background (§3.2, post-assignment shift). Off: where it moved
    /// something in our measurements it cost more prefill than it saved waiting (docs/placement.md).
    /// </summary>
    public bool Rebalance { get; init; }

    /// <summary>Th_bal: a worker sheds prefixes while its load within H exceeds this multiple of the lightest one's (§3.2).</summary>
    public double BalanceRatio { get; init; } = 1.5;

    /// <summary>Requests within H before a worker sheds any: fewer say little about its load (the authors' code has 50).</summary>
    public int BalanceWarmUp { get; init; } = 50;

    /// <summary>The least time between two rounds of rebalancing (the authors' code declares 10 s).</summary>
    public TimeSpan RebalanceInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>True to assign a hot prefix to one worker more when its queueing time doubles (§3.2, autoscaling).</summary>
    public bool Replicate { get; init; } = true;

    /// <summary>The factor between the two halves of H by which a prefix's queueing time must grow before it is replicated (§3.2: doubles).</summary>
    public double ReplicateRatio { get; init; } = 2;

    /// <summary>A mean queueing time below this is no reason to replicate, however much it grew.</summary>
    public TimeSpan ReplicateFloor { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Workers that one prefix may be assigned to.</summary>
    public int MostReplicas { get; init; } = 8;

    /// <summary>Requests a worker may have booked or waiting before no more are placed on it.</summary>
    public int RequestsPerWorker { get; init; } = Limits.WaitingRequests;

    /// <summary>
    /// Requests that wait at the scheduler while every worker has <see cref="RequestsPerWorker"/>: by priority, and tenants in turn. 0 refuses
    /// them at once.
    /// </summary>
    public int QueuedRequests { get; init; } = Limits.QueuedPlacements;

    /// <summary>How long a request may wait at the scheduler.</summary>
    public TimeSpan QueuePatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long after its start a scheduler that has heard of no worker lets requests wait: workers tell of themselves at their next beat.
    /// 0 refuses at once.
    /// </summary>
    public TimeSpan StartGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time to the first token for requests that ask for none; 0 for no matter when.</summary>
    public double TtftTargetSeconds { get; init; }

    /// <summary>What becomes of a request that asks for its first token earlier than any worker is expected to give it.</summary>
    public LateRequests LateRequests { get; init; } = LateRequests.Refuse;

    /// <summary>
    /// A worker silent for this long is lost (beyond the paper, which has no fault tolerance): three of its slowest beats. One that was only
    /// held up registers again and sends a snapshot.
    /// </summary>
    public TimeSpan WorkerTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A booking that nobody completes is dropped after this long, so that a lost completion costs load for a while and not for ever.
    /// </summary>
    public TimeSpan BookingTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a finished request's blocks are still believed resident while the worker's own cache changes are on their way.
    /// </summary>
    public TimeSpan ResidencyGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>What a refused client is told to wait for when no worker is healthy.</summary>
    public TimeSpan NoWorkerRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Requests within H that make a prefix hot, so that it is reported to its node (App. A.7: placing by key portion suffices).
    /// </summary>
    public int HotRequests { get; init; } = 8;

    /// <summary>
    /// A hot prefix cools when each half of H saw fewer requests than this; less than <see cref="HotRequests"/>, so that it does not
    /// flicker.
    /// </summary>
    public int ColdRequests { get; init; } = 2;

    /// <summary>
    /// Blocks the prefix index may know. Past it, prompts that no worker holds are not remembered; held blocks always are.
    /// </summary>
    public int IndexBlocks { get; init; } = Limits.IndexBlocks;

    /// <summary>Decisions that are remembered, to explain them; 0 for none.</summary>
    public int PlacementsKept { get; init; } = 1000;

    /// <summary>Throws an <see cref="ArgumentException"/> with one sentence when a value makes no sense.</summary>
    public SchedulerOptions Validate()
    {
        PlacementPolicies.Create(Policy);
        Positive(Window, nameof(Window));
        Positive(WorkerTimeout, nameof(WorkerTimeout));
        Positive(BookingTimeout, nameof(BookingTimeout));
        Check(ResidencyGrace >= TimeSpan.Zero, nameof(ResidencyGrace), "not negative", ResidencyGrace);
        NotNegative(TtftTargetSeconds, nameof(TtftTargetSeconds));
        Positive(NoWorkerRetry, nameof(NoWorkerRetry));
        NotNegative(ExploitThreshold, nameof(ExploitThreshold));
        NotNegative(LoadWeight, nameof(LoadWeight));
        NotNegative(DecodeWeight, nameof(DecodeWeight));
        NotNegative(EvictionWeight, nameof(EvictionWeight));
        NotNegative(PrefillWeight, nameof(PrefillWeight));
        Check(double.IsFinite(BalanceRatio) && BalanceRatio >= 1, nameof(BalanceRatio), "at least 1", BalanceRatio);
        AtLeastOne(BalanceWarmUp, nameof(BalanceWarmUp));
        Positive(RebalanceInterval, nameof(RebalanceInterval));
        Check(double.IsFinite(ReplicateRatio) && ReplicateRatio > 1, nameof(ReplicateRatio), "more than 1", ReplicateRatio);
        Check(ReplicateFloor >= TimeSpan.Zero, nameof(ReplicateFloor), "not negative", ReplicateFloor);
        AtLeastOne(MostReplicas, nameof(MostReplicas));
        NotNegative(NowWeight, nameof(NowWeight));
        NotNegative(CopyPrice, nameof(CopyPrice));
        NotNegative(DecodeHeavyRatio, nameof(DecodeHeavyRatio));
        NotNegative(DecodeHeavySlack, nameof(DecodeHeavySlack));
        NotNegative(SessionBandSeconds, nameof(SessionBandSeconds));
        Check(HostCredit is >= 0 and <= 1, nameof(HostCredit), "between 0 and 1", HostCredit);
        AtLeastOne(DefaultOutputTokens, nameof(DefaultOutputTokens));
        AtLeastOne(RequestsPerWorker, nameof(RequestsPerWorker));
        Check(QueuedRequests >= 0, nameof(QueuedRequests), "not negative", QueuedRequests);
        Positive(QueuePatience, nameof(QueuePatience));
        var patience = TimeSpan.FromSeconds(Limits.TimeoutSeconds);
        Check(QueuePatience <= patience, nameof(QueuePatience), $"at most {Limits.TimeoutSeconds} seconds", QueuePatience.TotalSeconds);
        Check(StartGrace >= TimeSpan.Zero, nameof(StartGrace), "not negative", StartGrace);
        AtLeastOne(ColdRequests, nameof(ColdRequests));
        Check(HotRequests > ColdRequests, nameof(HotRequests), $"more than ColdRequests ({ColdRequests})", HotRequests);
        AtLeastOne(IndexBlocks, nameof(IndexBlocks));
        Check(PlacementsKept is >= 0 and <= Limits.PlacementsKept, nameof(PlacementsKept), $"from 0 to {Limits.PlacementsKept}", PlacementsKept);
        ValidatePolicies();
        return this;
    }

    private static void Positive(TimeSpan value, string name) => Check(value > TimeSpan.Zero, name, "longer than zero", value);

    private static void NotNegative(double value, string name) =>
        Check(double.IsFinite(value) && value >= 0, name, "a number not below 0", value);

    private static void AtLeastOne(int value, string name) => Check(value >= 1, name, "at least 1", value);

    private static void Check<T>(bool right, string name, string must, T value)
    {
        if (!right)
        {
            throw new ArgumentException($"Scheduler option {name} must be {must}; it is {value}.", name);
        }
    }
}
