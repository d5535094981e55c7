namespace Preble.Core.Placement.Admission;

/// <summary>What became of a request that waited at the scheduler.</summary>
public readonly record struct QueuedAnswer(RequestId Request, PlacementResult Result);
