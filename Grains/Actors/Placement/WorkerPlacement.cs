using Orleans.Placement;
using Orleans.Runtime;

namespace Preble.Actors.Placement;

/// <summary>On the silo that owns the worker's device, and nowhere else: a worker whose silo is gone is gone.</summary>
public sealed class WorkerPlacement : PlacementStrategy
{
    public static WorkerPlacement Singleton { get; } = new();
}

[AttributeUsage(AttributeTargets.Class)]
public sealed class WorkerPlacementAttribute() : PlacementAttribute(WorkerPlacement.Singleton);
