namespace Preble.Core.Batching;

/// <summary>The tokens Start to Start + Count of a sequence's known tokens, and of its drafts after them, to be computed in this step.</summary>
/// <param name="Samples">True when the chunk reaches the sequence's last known token, so that the next token is sampled from it.</param>
/// <param name="Drafts">How many of its tokens, the last ones, are guessed; the token after each of them is sampled too.</param>
public readonly record struct ScheduledChunk(Sequence Sequence, int Start, int Count, bool Samples, int Drafts = 0)
{
    /// <summary>Places that it has among the step's sampled tokens: one even when it does not sample.</summary>
    public int SampledCount => 1 + Drafts;
}
