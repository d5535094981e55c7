namespace Preble.Core.Batching;

/// <summary>
/// The sequences that hold blocks, by priority and then by arrival: the first is served first and the last is preempted first, so the
/// first always gets on, and of those with one priority the oldest.
/// </summary>
public sealed class RunningQueue
{
    private readonly List<Sequence> _sequences = [];

    public int Count => _sequences.Count;

    public Sequence this[int index] => _sequences[index];

    /// <summary>The one that gives way first.</summary>
    public Sequence Last => _sequences[^1];

    /// <summary>True when the one is served before the other, and preempted after it.</summary>
    public static bool IsBefore(Sequence one, Sequence other) =>
        one.Command.Priority != other.Command.Priority
            ? one.Command.Priority < other.Command.Priority
            : one.Arrival < other.Arrival;

    public void Add(Sequence sequence)
    {
        var index = _sequences.Count;
        while (index > 0 && IsBefore(sequence, _sequences[index - 1]))
        {
            index--;
        }

        _sequences.Insert(index, sequence);
    }

    public void Remove(Sequence sequence) => Invariant.Require(_sequences.Remove(sequence), "a running sequence is in the running queue");
}
