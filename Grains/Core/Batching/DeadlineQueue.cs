namespace Preble.Core.Batching;

/// <summary>
/// The sequences that have a deadline, the next one first. One that ends early leaves at once, and a step without a passed deadline costs one
/// comparison, whatever the number of sequences.
/// </summary>
public sealed class DeadlineQueue
{
    private readonly PlacedHeap<Sequence, Rule> _heap = new();

    public int Count => _heap.Count;

    /// <summary>Takes in a sequence; one without a deadline is not kept.</summary>
    public void Add(Sequence sequence)
    {
        if (sequence.Deadline < TimeSpan.MaxValue)
        {
            _heap.Add(sequence);
        }
    }

    /// <summary>Lets go of a sequence that has ended; nothing happens to one that is not here.</summary>
    public void Remove(Sequence sequence)
    {
        if (sequence.DeadlinePlace >= 0)
        {
            _heap.Remove(sequence);
        }
    }

    /// <summary>The sequence whose deadline passed first, which stays until it is removed; null when none has passed.</summary>
    public Sequence? PeekPassed(TimeSpan now) => _heap.Count > 0 && _heap.First.Deadline <= now ? _heap.First : null;

    private readonly struct Rule : IHeapRule<Sequence>
    {
        public static bool IsBefore(Sequence one, Sequence other) => one.Deadline < other.Deadline;

        public static int PlaceOf(Sequence item) => item.DeadlinePlace;

        public static void SetPlace(Sequence item, int place) => item.DeadlinePlace = place;
    }
}
