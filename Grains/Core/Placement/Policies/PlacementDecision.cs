using Preble.Core.Placement.Fleet;

namespace Preble.Core.Placement.Policies;

/// <summary>The worker a policy chose, by which rule, and the cost that decided; 0 for policies without costs.</summary>
public readonly record struct PlacementDecision(WorkerView Worker, PlacementReason Reason, double CostSeconds);
