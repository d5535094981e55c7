namespace Preble.Core.Batching.Queueing;

/// <summary>By arrival. Fair and blind to what is cached.</summary>
public sealed class FirstComeFirstServed : IQueueDiscipline
{
    private readonly PlaceHeap _byArrival = new();

    public int Count => _byArrival.Count;

    public void Add(QueuePlace place) => _byArrival.Add(place, 0);

    public void Remove(QueuePlace place) => _byArrival.Remove(place);

    public void Rebin(QueuePlace place)
    {
        // What is cached is of no concern here.
    }

    public QueuePlace? Peek(QueueRound round) => _byArrival.First;

    public void Take(QueuePlace place, QueueRound round) => _byArrival.Remove(place);
}
