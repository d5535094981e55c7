namespace Preble.Core.Placement;

/// <summary>Chooses among workers that may take a request.</summary>
public interface IPlacementPolicy;

public sealed class ExploitOrExplore : IPlacementPolicy;

public sealed class LeastLoaded : IPlacementPolicy;

public sealed class RoundRobin : IPlacementPolicy;
