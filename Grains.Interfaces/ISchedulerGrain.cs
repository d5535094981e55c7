using System.Collections.Immutable;
using Orleans;
using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace Preble;

/// <summary>
/// Places requests by prefix match and load, and keeps the fleet's prefix index. Key: the model id; with several shards <c>model/shard</c>.
/// </summary>
[Alias("Preble.ISchedulerGrain"), Version(1)]
public interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>
    /// Chooses a worker and books the request's load at once, so that a burst spreads. While every worker is full the call waits, a bounded
    /// time, of which Orleans' own is no part: the scheduler's options bound it by a day. Cancelling it gives the place up.
    /// </summary>
    [Alias("Place"), AlwaysInterleave, ResponseTimeout("1.01:00:00")]
    Task<PlacementResult> PlaceAsync(PlacementQuery query, CancellationToken cancellation);

    /// <summary>Releases a booking with the true numbers. Unknown and repeated completions are ignored.</summary>
    [Alias("Complete")]
    Task CompleteAsync(RequestCompletion completion);

    /// <summary>A worker joins, or comes back with a new epoch. Its residency starts empty.</summary>
    [Alias("Register")]
    Task RegisterAsync(WorkerRegistration registration);

    /// <summary>A worker's beat; the answer says what the scheduler lacks.</summary>
    [Alias("Report")]
    Task<ReportAnswer> ReportAsync(WorkerReport report);

    /// <summary>Replaces what is believed of a worker's cache.</summary>
    [Alias("Restore")]
    Task RestoreAsync(KvCacheSnapshot snapshot);

    /// <summary>A worker is gone or broken: its residency is dropped and nothing is placed on it until it registers again.</summary>
    [Alias("Lose")]
    Task LoseAsync(WorkerId worker);

    /// <summary>What the scheduler believes about its workers.</summary>
    [Alias("GetFleet")]
    Task<FleetOverview> GetFleetAsync();

    /// <summary>The last decisions, the latest first; a bounded number of them is remembered.</summary>
    [Alias("GetPlacements")]
    Task<ImmutableArray<PlacementRecord>> GetPlacementsAsync(PlacementFilter filter);

    /// <summary>
    /// The decisions about one API request, the first first: its name, or that of one of its choices or attempts. Empty when none is
    /// remembered.
    /// </summary>
    [Alias("FindPlacements")]
    Task<ImmutableArray<PlacementRecord>> FindPlacementsAsync(RequestId request);

    /// <summary>Another shard of the model says what it has booked. What it said before no longer holds.</summary>
    [Alias("Hear"), AlwaysInterleave]
    Task HearAsync(ShardLoads loads);
}
