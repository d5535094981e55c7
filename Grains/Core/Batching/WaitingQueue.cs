namespace Preble.Core.Batching;

/// <summary>
/// The sequences that hold no blocks, in order of admission: first come, first served. A preempted sequence goes back to its place by
/// arrival, that is before all that came after it.
/// </summary>
public sealed class WaitingQueue
{
    private readonly List<Sequence> _sequences = [];

    public int Count => _sequences.Count;

    public Sequence this[int index] => _sequences[index];

    public void Add(Sequence sequence)
    {
        var index = _sequences.Count;
        while (index > 0 && _sequences[index - 1].Arrival > sequence.Arrival)
        {
            index--;
        }

        _sequences.Insert(index, sequence);
    }

    public void RemoveAt(int index) => _sequences.RemoveAt(index);

    public void Remove(Sequence sequence) => Invariant.Require(_sequences.Remove(sequence), "a waiting sequence is in the waiting queue");
}
