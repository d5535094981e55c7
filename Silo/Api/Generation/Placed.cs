using System.Collections.Immutable;

namespace Preble.Api;

/// <summary>A placement or a refusal, and under which names it is booked where.</summary>
/// <param name="Result">Null when no scheduler could be reached.</param>
/// <param name="Names">The names of the choices, in order; they differ from those asked for when the scheduler was away in between.</param>
internal sealed record Placed(PlacementResult? Result, ISchedulerGrain Scheduler, ImmutableArray<RequestId> Names);
