namespace Preble.Core.Placement.Costs;

/// <summary>
/// DT: the time a worker needs to decode an output, from its measured profile (§3.2, App. B). A failed request never changes it.
/// </summary>
public readonly struct DecodeCost(CostProfile profile)
{
    /// <summary>Seconds a token when nothing was measured.</summary>
    public const double Fallback = 0.03;

    private readonly double _secondsPerToken = CostTime.OrElse(profile.DecodeSecondsPerToken, Fallback);

    public TimeSpan Time(int tokens) => tokens <= 0 ? TimeSpan.Zero : CostTime.FromSeconds(tokens * _secondsPerToken);
}
