namespace Preble.Core.Batching.Costs;

/// <summary>
/// The predicted seconds of a step: <c>Step + Σ n · PrefillToken + Σ n · (c + n / 2) · PrefillContext + Decodes · Decode + context · DecodeContext</c>.
/// No coefficient is negative and those of a token are positive, so that PT and DT are positive and grow with the work; the authors' published
/// regression is negative between 361 and 383 tokens (Preble App. B, its code).
/// </summary>
public readonly record struct StepCostModel
{
    /// <summary>What a token costs at the very least: a clock that saw no difference does not make work free.</summary>
    public const double LeastTokenSeconds = 1e-9;

    /// <summary>Seconds a token of prefill when nothing was measured: a large model on one GPU.</summary>
    public const double PrefillFallback = 1e-4;

    /// <summary>Seconds of a decode when nothing was measured.</summary>
    public const double DecodeFallback = 0.03;

    /// <summary>Coefficients.</summary>
    internal const int PartCount = 5;

    /// <summary>The context for which the cost of a token decoded alone is published.</summary>
    private const int AloneContext = 256;

    /// <summary>No single token costs more; a larger measured value is nonsense.</summary>
    private const double MostSeconds = 3600;

    /// <exception cref="InvariantException">A coefficient is negative or no number.</exception>
    public StepCostModel(double step, double prefillToken, double prefillContext, double decode, double decodeContext)
    {
        foreach (var seconds in (ReadOnlySpan<double>)[step, prefillToken, prefillContext, decode, decodeContext])
        {
            Invariant.Require(seconds is >= 0 and < double.PositiveInfinity, "no part of a step costs less than nothing");
        }

        (Step, PrefillContext, DecodeContext) = (step, prefillContext, decodeContext);
        (PrefillToken, Decode) = (Math.Max(prefillToken, LeastTokenSeconds), Math.Max(decode, LeastTokenSeconds));
    }

    /// <summary>Seconds of any step, whatever is in it: reading the weights once.</summary>
    public double Step { get; }

    /// <summary>Seconds a token of prefill.</summary>
    public double PrefillToken { get; }

    /// <summary>Seconds for each earlier token that a token of prefill attends to.</summary>
    public double PrefillContext { get; }

    /// <summary>Seconds a decode.</summary>
    public double Decode { get; }

    /// <summary>Seconds for each earlier token that a decode attends to.</summary>
    public double DecodeContext { get; }

    /// <summary>What a worker has published; a value that cannot be true is replaced by a fallback, for it comes from a file or another machine.</summary>
    public static StepCostModel From(CostProfile profile)
    {
        var alone = !(profile.StepSeconds > 0) && !(profile.DecodeSecondsPerSequence > 0);
        var decode = alone ? profile.DecodeSecondsPerToken : profile.DecodeSecondsPerSequence;
        return new StepCostModel(
            Sane(profile.StepSeconds, 0),
            Sane(profile.PrefillSecondsPerToken, PrefillFallback),
            Sane(profile.PrefillSecondsPerTokenContext, 0),
            Sane(decode, alone ? DecodeFallback : LeastTokenSeconds),
            Sane(profile.DecodeSecondsPerContextToken, 0));
    }

    public CostProfile ToProfile() => new(PrefillToken, PrefillContext, DecodeTime(1, AloneContext))
    {
        StepSeconds = Step,
        DecodeSecondsPerSequence = Decode,
        DecodeSecondsPerContextToken = DecodeContext,
    };

    /// <summary>PT(n, context): seconds of a step that prefills n tokens after <paramref name="context"/> others, and nothing else.</summary>
    public double PrefillTime(int tokens, int context) => tokens <= 0 ? 0 : Step + PrefillWork(tokens, context);

    /// <summary>DT(batch, context): seconds of a step that decodes a batch with <paramref name="context"/> tokens before, over all of it.</summary>
    public double DecodeTime(int batch, long context) => batch <= 0 ? 0 : Step + (batch * Decode) + (context * DecodeContext);

    /// <summary>Seconds of the whole step; 0 when there is nothing in it.</summary>
    public double Seconds(in StepLoad load) =>
        load.PrefillTokens == 0 && load.Decodes == 0 ? 0
        : Step + (load.PrefillTokens * PrefillToken) + (load.PrefillAttended * PrefillContext)
            + (load.Decodes * Decode) + (load.DecodeContext * DecodeContext);

    /// <summary>What one chunk of prefill adds to a step.</summary>
    public double PrefillWork(int tokens, int context) =>
        (tokens * PrefillToken) + (StepLoad.Attended(tokens, context) * PrefillContext);

    /// <summary>The most tokens after <paramref name="context"/> that add no more than <paramref name="seconds"/> to a step.</summary>
    public int PrefillTokensWithin(double seconds, int context)
    {
        if (!(seconds > 0))
        {
            return 0;
        }

        // The positive root of n²·b/2 + n·(a + c·b) = s, in the form that stays exact when b is 0.
        var slope = PrefillToken + (context * PrefillContext);
        var tokens = 2 * seconds / (slope + Math.Sqrt((slope * slope) + (2 * PrefillContext * seconds)));
        return tokens >= int.MaxValue ? int.MaxValue : (int)tokens;
    }

    /// <summary>What that many rows of decode add to a step, each after <paramref name="context"/> others.</summary>
    public double DecodeWork(int rows, int context) => rows * (Decode + (context * DecodeContext));

    /// <summary>The most rows of decode after <paramref name="context"/> others that add no more than <paramref name="seconds"/> to a step.</summary>
    public int DecodesWithin(double seconds, int context)
    {
        var rows = seconds / (Decode + (context * DecodeContext));
        return rows >= int.MaxValue ? int.MaxValue : (int)Math.Max(0, rows);
    }

    /// <summary>The parts of the step's time, one for each coefficient, in their order.</summary>
    internal void Parts(in StepLoad load, Span<double> parts)
    {
        parts[0] = Step;
        parts[1] = load.PrefillTokens * PrefillToken;
        parts[2] = load.PrefillAttended * PrefillContext;
        parts[3] = load.Decodes * Decode;
        parts[4] = load.DecodeContext * DecodeContext;
    }

    /// <summary>The model with each coefficient times e to its factor.</summary>
    internal StepCostModel Scaled(ReadOnlySpan<double> factors) => new(
        Step * Math.Exp(factors[0]),
        PrefillToken * Math.Exp(factors[1]),
        PrefillContext * Math.Exp(factors[2]),
        Decode * Math.Exp(factors[3]),
        DecodeContext * Math.Exp(factors[4]));

    /// <summary>The same work at other speeds.</summary>
    public StepCostModel Scaled(double prefill, double decode) =>
        new(Step * decode, PrefillToken * prefill, PrefillContext * prefill, Decode * decode, DecodeContext * decode);

    private static double Sane(double measured, double fallback) => measured is > 0 and <= MostSeconds ? measured : fallback;
}
