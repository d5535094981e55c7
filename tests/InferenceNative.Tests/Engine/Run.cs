using Preble.Core.Batching;
using Preble.InferenceNative.Tests.Goldens;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>A sequence that is generated up to a number of tokens, and what came out. With a trace also the logits that each token was chosen from.</summary>
internal sealed class Run(Sequence sequence, int outputTokens)
{
    public Sequence Sequence { get; private set; } = sequence;

    public List<int> Tokens { get; } = [];

    public List<float[]> Logits { get; } = [];

    public bool Finished => Tokens.Count == outputTokens;

    /// <summary>Tokens that are put in place of the sampled ones, so that a run follows a golden even where two choices are nearly equal.</summary>
    public IReadOnlyList<int>? Forced { get; init; }

    public void Take(int token, float[]? logits)
    {
        Tokens.Add(token);
        if (logits is not null)
        {
            Logits.Add(logits);
        }

        Sequence.AppendToken(Forced is null ? token : Forced[Tokens.Count - 1]);
    }

    /// <summary>Goes on with the same known tokens in other blocks, nothing of it computed: what a preemption does.</summary>
    public void Preempt(Sequence fresh)
    {
        foreach (var token in Sequence.KnownTokens[fresh.KnownCount..])
        {
            fresh.AppendToken(token);
        }

        Sequence = fresh;
    }

    /// <summary>The same tokens, and every logit the same to the last bit.</summary>
    public void AssertSameAs(Run other, string what)
    {
        Assert.Equal(other.Tokens, Tokens);
        Assert.Equal(other.Logits.Count, Logits.Count);
        for (var i = 0; i < Logits.Count; i++)
        {
            Closeness.AssertSameBits(other.Logits[i], Logits[i], $"{what}, token {i}");
        }
    }
}
