namespace Preble.Core.Batching;

/// <summary>
/// The sequences that hold blocks, by arrival: the oldest is served first and the youngest is preempted first, so the oldest always gets
/// on.
/// </summary>
public sealed class RunningQueue
{
    private readonly List<Sequence> _sequences = [];

    public int Count => _sequences.Count;

    public Sequence this[int index] => _sequences[index];

    public Sequence Youngest => _sequences[^1];

    public void Add(Sequence sequence)
    {
        var index = _sequences.Count;
        while (index > 0 && _sequences[index - 1].Arrival > sequence.Arrival)
        {
            index--;
        }

        _sequences.Insert(index, sequence);
    }

    public void Remove(Sequence sequence) => Invariant.Require(_sequences.Remove(sequence), "a running sequence is in the running queue");

    /// <summary>
    /// True when a running sequence knows the tokens of that block: since the block is not cached, it will compute them in a step to
    /// come.
    /// </summary>
    public bool WillCompute(int blockIndex, BlockHash hash)
    {
        foreach (var sequence in _sequences)
        {
            if (sequence.Hashes.Count > blockIndex && sequence.Hashes[blockIndex] == hash)
            {
                return true;
            }
        }

        return false;
    }
}
