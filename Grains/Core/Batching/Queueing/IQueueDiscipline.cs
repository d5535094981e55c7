namespace Preble.Core.Batching.Queueing;

/// <summary>
/// The order in which one tenant's requests of one priority leave the queue. It sees only those that may go: a follower is taken out
/// while it waits for its leader's blocks.
/// </summary>
public interface IQueueDiscipline
{
    int Count { get; }

    void Add(QueuePlace place);

    /// <summary>Takes out one that was cancelled or parked: nobody's turn.</summary>
    void Remove(QueuePlace place);

    /// <summary>More or fewer of its blocks are cached now.</summary>
    void Rebin(QueuePlace place);

    /// <summary>
    /// Whose turn it is; null when nobody's in this round. Asking changes nothing: the answer stays until it is taken or the queue
    /// changes, so that one that waits for room keeps its turn.
    /// </summary>
    QueuePlace? Peek(QueueRound round);

    /// <summary>Takes out the one whose turn it was.</summary>
    void Take(QueuePlace place, QueueRound round);
}
