namespace Preble.Core.Batching.Costs;

/// <summary>What a step has to compute, as the sums that its cost depends on. A chunk of one token is a decode, whatever it continues,
/// and each guessed token after it is one more.</summary>
/// <param name="PrefillTokens">Tokens of the chunks with more than one.</param>
/// <param name="PrefillAttended">Σ n · (c + n / 2) over chunks of n tokens after c: the pairs of tokens that attention looks at.</param>
/// <param name="Decodes">Chunks of one token, and guessed tokens.</param>
/// <param name="DecodeContext">Tokens before those, over all of them.</param>
public readonly record struct StepLoad(long PrefillTokens, double PrefillAttended, int Decodes, long DecodeContext)
{
    public bool HasPrefill => PrefillTokens > 0;

    public static StepLoad Of(StepPlan plan)
    {
        var load = default(StepLoad);
        for (var i = 0; i < plan.Count; i++)
        {
            var chunk = plan.Chunks[i];
            load = load.Plus(chunk.Count - chunk.Drafts, chunk.Start).PlusDecodes(chunk.Drafts, chunk.Start);
        }

        return load;
    }

    /// <summary>The load with one more chunk.</summary>
    public StepLoad Plus(int tokens, int context) => tokens == 1
        ? PlusDecodes(1, context)
        : this with { PrefillTokens = PrefillTokens + tokens, PrefillAttended = PrefillAttended + Attended(tokens, context) };

    /// <summary>The load with so many more decodes.</summary>
    public StepLoad PlusDecodes(int decodes, int context) =>
        this with { Decodes = Decodes + decodes, DecodeContext = DecodeContext + ((long)decodes * context) };

    /// <summary>n · (c + n / 2).</summary>
    public static double Attended(int tokens, int context) => tokens * (context + (tokens / 2.0));
}
