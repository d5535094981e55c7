using Preble.Core.Batching.Costs;

namespace Preble.Core.Batching;

/// <summary>
/// What is left of one step: tokens, and, while sequences decode, time. Prefill beside decodes may take as many tokens as keep the predicted
/// step within the target inter-token latency, and some in any case; with no decode running nobody waits, and it may take all.
/// <see cref="Reset"/> begins a step.
/// </summary>
public sealed class TokenBudget(WorkerCoreOptions options, OnlineCostModel? costs)
{
    private int _decodesLeft;
    private int _prefillTokens;
    private double _spareSeconds;

    /// <summary>Tokens left in the step.</summary>
    public int Left { get; private set; }

    /// <summary>Begins a step in which those decodes come first; each has a token reserved.</summary>
    public void Reset(in StepLoad decodes)
    {
        (Left, _decodesLeft, _prefillTokens) = (options.StepTokens, decodes.Decodes, 0);
        var timed = decodes.Decodes > 0 && costs is not null && options.ItlTargetSeconds > 0;
        _spareSeconds = timed ? options.ItlTargetSeconds - costs!.Current.Seconds(decodes) : double.PositiveInfinity;
    }

    /// <summary>The most tokens that a chunk of prefill after <paramref name="context"/> others may have.</summary>
    public int PrefillTokens(int context)
    {
        var room = Left - _decodesLeft;
        if (double.IsPositiveInfinity(_spareSeconds))
        {
            return room;
        }

        var timely = costs!.Current.PrefillTokensWithin(_spareSeconds, context);
        return Math.Min(room, Math.Max(timely, Limits.LeastPrefillTokens - _prefillTokens));
    }

    /// <summary>The most guessed tokens that may follow <paramref name="context"/> others: asked last, they get what is left.</summary>
    public int DraftTokens(int context) =>
        double.IsPositiveInfinity(_spareSeconds) ? Left : Math.Min(Left, costs!.Current.DecodesWithin(_spareSeconds, context));

    public void SpendDrafts(int tokens, int context)
    {
        Spend(tokens);
        _spareSeconds -= costs?.Current.DecodeWork(tokens, context) ?? 0;
    }

    public void SpendPrefill(int tokens, int context)
    {
        Spend(tokens);
        _prefillTokens += tokens;
        _spareSeconds -= costs?.Current.PrefillWork(tokens, context) ?? 0;
    }

    public void SpendDecode()
    {
        Spend(1);
        _decodesLeft = Math.Max(0, _decodesLeft - 1);
    }

    private void Spend(int tokens)
    {
        Invariant.Require(tokens <= Left, "a step computes no more tokens than its budget");
        Left -= tokens;
    }
}
