namespace Preble.Core.Placement.Policies;

/// <summary>Chooses one of the workers that may take a request. It books nothing and changes nothing but its own memory.</summary>
public interface IPlacementPolicy
{
    /// <summary>What the totals of its scores are.</summary>
    PlacementMeasure Measure => PlacementMeasure.Seconds;

    /// <summary>There is always at least one candidate. What was thought of each goes into the context's scores.</summary>
    PlacementDecision Choose(PlacementContext context);
}
