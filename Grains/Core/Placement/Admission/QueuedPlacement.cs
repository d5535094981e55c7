namespace Preble.Core.Placement.Admission;

/// <summary>A request that waits at the scheduler for a worker with room.</summary>
public sealed class QueuedPlacement(PlacementQuery query, TimeSpan since, long number)
{
    public PlacementQuery Query => query;

    /// <summary>When it came.</summary>
    public TimeSpan Since => since;

    /// <summary>Rises with each that comes: the order among those of one moment.</summary>
    public long Number => number;

    /// <summary>Its place among all that wait, oldest first.</summary>
    internal LinkedListNode<QueuedPlacement>? InOrder { get; set; }

    /// <summary>Its place among those of its priority.</summary>
    internal LinkedListNode<QueuedPlacement>? InLevel { get; set; }

    /// <summary>Its place among those of its priority and tenant.</summary>
    internal LinkedListNode<QueuedPlacement>? InLine { get; set; }
}
