namespace Preble.Core.Batching;

/// <summary>
/// The sequences that have a deadline, the next one first: a binary heap whose places the sequences know, so that one that ends early leaves
/// at once. A step without a passed deadline costs one comparison, whatever the number of sequences.
/// </summary>
public sealed class DeadlineQueue
{
    private readonly List<Sequence> _heap = [];

    public int Count => _heap.Count;

    /// <summary>Takes in a sequence; one without a deadline is not kept.</summary>
    public void Add(Sequence sequence)
    {
        if (sequence.Deadline == TimeSpan.MaxValue)
        {
            return;
        }

        Invariant.Require(sequence.DeadlinePlace < 0, "a sequence enters the deadline queue once");
        _heap.Add(sequence);
        sequence.DeadlinePlace = _heap.Count - 1;
        MoveUp(sequence.DeadlinePlace);
    }

    /// <summary>Lets go of a sequence that has ended; nothing happens to one that is not here.</summary>
    public void Remove(Sequence sequence)
    {
        var place = sequence.DeadlinePlace;
        if (place < 0)
        {
            return;
        }

        Invariant.Require(_heap[place] == sequence, "a sequence knows its place in the deadline queue");
        Swap(place, _heap.Count - 1);
        _heap.RemoveAt(_heap.Count - 1);
        sequence.DeadlinePlace = -1;
        if (place < _heap.Count)
        {
            MoveUp(place);
            MoveDown(place);
        }
    }

    /// <summary>The sequence whose deadline passed first, which stays until it is removed; null when none has passed.</summary>
    public Sequence? PeekPassed(TimeSpan now) => _heap.Count > 0 && _heap[0].Deadline <= now ? _heap[0] : null;

    private void MoveUp(int place)
    {
        while (place > 0)
        {
            var parent = (place - 1) / 2;
            if (_heap[parent].Deadline <= _heap[place].Deadline)
            {
                return;
            }

            Swap(place, parent);
            place = parent;
        }
    }

    private void MoveDown(int place)
    {
        while (true)
        {
            var child = (2 * place) + 1;
            if (child >= _heap.Count)
            {
                return;
            }

            if (child + 1 < _heap.Count && _heap[child + 1].Deadline < _heap[child].Deadline)
            {
                child++;
            }

            if (_heap[place].Deadline <= _heap[child].Deadline)
            {
                return;
            }

            Swap(place, child);
            place = child;
        }
    }

    private void Swap(int first, int second)
    {
        (_heap[first], _heap[second]) = (_heap[second], _heap[first]);
        _heap[first].DeadlinePlace = first;
        _heap[second].DeadlinePlace = second;
    }
}
