namespace Preble.Core.Batching.Costs;

/// <summary>
/// Whether refined costs are worth keeping for the next start: a calibration taken on a busy machine must not stay for ever, and a few odd steps
/// must not replace a good one. Compared are the predicted times of typical steps, not coefficients: those trade against each other.
/// </summary>
public static class CostDrift
{
    /// <summary>Steps learned from before anything is kept: enough that a factor of two in the start values is forgotten.</summary>
    public const int LeastSteps = 200;

    /// <summary>The least factor between the two predictions of one of the typical steps.</summary>
    public const double WorthKeeping = 1.2;

    private const int Prefill = 256;
    private const int Context = 1024;
    private const int Batch = 8;

    /// <summary>True when the refined costs differ from those of the start by enough, after enough steps.</summary>
    public static bool IsWorthKeeping(CostProfile start, CostProfile refined, int steps) =>
        steps >= LeastSteps && Factor(StepCostModel.From(start), StepCostModel.From(refined)) >= WorthKeeping;

    /// <summary>The largest factor between the two for a typical step, 1 or more.</summary>
    private static double Factor(StepCostModel one, StepCostModel other)
    {
        var most = 1.0;
        most = Math.Max(most, Between(one.PrefillTime(Prefill, 0), other.PrefillTime(Prefill, 0)));
        most = Math.Max(most, Between(one.PrefillTime(Prefill, Context), other.PrefillTime(Prefill, Context)));
        most = Math.Max(most, Between(one.DecodeTime(1, Context), other.DecodeTime(1, Context)));
        return Math.Max(most, Between(one.DecodeTime(Batch, Batch * Context), other.DecodeTime(Batch, Batch * Context)));
    }

    private static double Between(double one, double other) => Math.Max(one / other, other / one);
}
