namespace Preble.Core.Batching.Queueing;

/// <summary>By the time at which the request would be given up; those that never are come last, by arrival.</summary>
public sealed class EarliestDeadline : IQueueDiscipline
{
    private readonly PlaceHeap _byDeadline = new();

    public int Count => _byDeadline.Count;

    public void Add(QueuePlace place) => _byDeadline.Add(place, place.Sequence.Deadline.Ticks);

    public void Remove(QueuePlace place) => _byDeadline.Remove(place);

    public void Rebin(QueuePlace place)
    {
        // What is cached is of no concern here.
    }

    public QueuePlace? Peek(QueueRound round) => _byDeadline.First;

    public void Take(QueuePlace place, QueueRound round) => _byDeadline.Remove(place);
}
