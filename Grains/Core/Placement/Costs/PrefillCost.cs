using Preble.Core.Batching.Costs;

namespace Preble.Core.Placement.Costs;

/// <summary>
/// PT: the time a worker needs to prefill tokens, from its measured profile (§3.2, App. B). Positive for any token and never less for more
/// of them: the authors' fit was negative between 361 and 383 tokens and drew all such prompts to one worker. A profile that measured
/// nonsense is not believed (<see cref="StepCostModel.From"/>).
/// </summary>
public sealed class PrefillCost(CostProfile profile)
{
    private readonly StepCostModel _costs = StepCostModel.From(profile);

    /// <summary>The parts of a step.</summary>
    public StepCostModel Costs => _costs;

    /// <summary>
    /// Work of <paramref name="tokens"/> tokens that follow <paramref name="context"/> ones already in the cache, with their share of full
    /// steps' fixed parts. Cached tokens cost nothing.
    /// </summary>
    public double Seconds(int tokens, int context) =>
        tokens <= 0 ? 0 : _costs.PrefillWork(tokens, Math.Max(0, context)) + (tokens * _costs.Step / Limits.StepTokens);

    /// <summary>
    /// Time to the first token when its turn has come: it takes whole steps, at least one, and the decodes that run in them.
    /// </summary>
    /// <param name="stepSeconds">A step's fixed part and the decodes that run in it.</param>
    public double FirstTokenSeconds(int tokens, int context, double stepSeconds) =>
        _costs.PrefillWork(tokens, context) + (Math.Max(1, tokens / (double)Limits.StepTokens) * stepSeconds);

    public TimeSpan Time(int tokens, int context) => tokens <= 0 ? TimeSpan.Zero : CostTime.FromSeconds(Seconds(tokens, context));
}
