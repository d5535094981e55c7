namespace Preble.Core.Placement.Costs;

/// <summary>
/// PT: the time a worker needs to prefill tokens, from its measured profile (§3.2, App. B). Positive for any token and never less for more
/// of them: the authors' fit was negative between 361 and 383 tokens and drew all such prompts to one worker.
/// </summary>
public readonly struct PrefillCost
{
    private readonly double _secondsPerToken;
    private readonly double _secondsPerTokenContext;

    /// <summary>
    /// A profile that measured nonsense is not believed: its per-token cost falls back to <see cref="Fallback"/>, its context cost to none.
    /// </summary>
    public PrefillCost(CostProfile profile)
    {
        _secondsPerToken = CostTime.OrElse(profile.PrefillSecondsPerToken, Fallback);
        _secondsPerTokenContext = CostTime.OrElse(profile.PrefillSecondsPerTokenContext, 0);
    }

    /// <summary>Seconds a token when nothing was measured: a large model on one GPU.</summary>
    public const double Fallback = 1e-4;

    /// <summary>
    /// Time for <paramref name="tokens"/> tokens that follow <paramref name="context"/> ones already in the cache. Cached tokens cost
    /// nothing.
    /// </summary>
    public TimeSpan Time(int tokens, int context)
    {
        if (tokens <= 0)
        {
            return TimeSpan.Zero;
        }

        var attended = Math.Max(0, context) + (tokens / 2.0);
        return CostTime.FromSeconds((tokens * _secondsPerToken) + (tokens * attended * _secondsPerTokenContext));
    }
}
