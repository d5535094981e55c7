namespace Preble.Core.Batching.Queueing;

/// <summary>By the time at which the request would be given up; those that never are come last, by arrival.</summary>
public sealed class EarliestDeadline : IQueueDiscipline
{
    private readonly PlaceHeap _byDeadline = new();

    public int Count => _byDeadline.Count;

    /// <summary>When the request ends, whatever has become of it, in ticks of 100 ns; the largest number for never.</summary>
    public static long DeadlineOf(Sequence sequence)
    {
        var seconds = sequence.Command.TimeoutSeconds;
        var ticks = sequence.ArrivedAt.Ticks + (seconds * TimeSpan.TicksPerSecond);
        return seconds > 0 && ticks < long.MaxValue ? (long)ticks : long.MaxValue;
    }

    public void Add(QueuePlace place) => _byDeadline.Add(place, DeadlineOf(place.Sequence));

    public void Remove(QueuePlace place) => _byDeadline.Remove(place);

    public void Rebin(QueuePlace place)
    {
        // What is cached is of no concern here.
    }

    public QueuePlace? Peek(QueueRound round) => _byDeadline.First;

    public void Take(QueuePlace place, QueueRound round) => _byDeadline.Remove(place);
}
