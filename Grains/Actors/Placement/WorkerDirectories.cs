namespace Preble.Actors.Placement;

/// <summary>The name under which a host registers what tells where a worker's grain is.</summary>
public static class WorkerDirectories
{
    public const string Name = "preble-workers";
}
