using Orleans.Placement;
using Orleans.Runtime;

namespace Preble.Actors.Placement;

/// <summary>On a silo with the scheduler's role; on any other while there is none. Each key has its silo, so that shards and nodes spread.</summary>
public sealed class SchedulerPlacement : PlacementStrategy
{
    public static SchedulerPlacement Singleton { get; } = new();
}

[AttributeUsage(AttributeTargets.Class)]
public sealed class SchedulerPlacementAttribute() : PlacementAttribute(SchedulerPlacement.Singleton);
