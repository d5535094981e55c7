namespace Preble.Core.Batching;

/// <summary>The tokens Start to Start + Count of a sequence's known tokens, to be computed in this step.</summary>
/// <param name="Samples">True when the chunk reaches the sequence's last known token, so that the next token is sampled from it.</param>
public readonly record struct ScheduledChunk(Sequence Sequence, int Start, int Count, bool Samples);
