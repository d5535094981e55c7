namespace Preble.Core.Batching.Queueing;

/// <summary>One planned step, as the queue sees it.</summary>
/// <param name="Number">Counts the steps planned so far.</param>
public readonly record struct QueueRound(long Number, TimeSpan Now);
