namespace Preble.Core.Placement.Policies;

/// <summary>Chooses one of the workers that may take a request. It books nothing and changes nothing but its own memory.</summary>
public interface IPlacementPolicy
{
    /// <summary>There is always at least one candidate.</summary>
    PlacementDecision Choose(PlacementContext context);
}
