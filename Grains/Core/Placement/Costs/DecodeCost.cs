using Preble.Core.Batching.Costs;

namespace Preble.Core.Placement.Costs;

/// <summary>
/// DT: what decoding an output takes of a worker's time, from its measured profile (§3.2, App. B). A sequence pays for itself and its
/// context in each step, and shares the step's fixed part with those beside it: in a batch a token is far cheaper than alone. A failed
/// request never changes it.
/// </summary>
public sealed class DecodeCost(CostProfile profile)
{
    private readonly StepCostModel _costs = StepCostModel.From(profile);

    /// <param name="context">Tokens it attends to, in the mean.</param>
    /// <param name="batch">Sequences that decode together, this one included.</param>
    public TimeSpan Time(int tokens, int context, int batch) =>
        tokens <= 0
            ? TimeSpan.Zero
            : CostTime.FromSeconds(tokens * (_costs.Decode + (context * _costs.DecodeContext) + (_costs.Step / Math.Clamp(batch, 1, Limits.RunningSequences))));
}
