namespace Preble.Core.Batching.Queueing;

/// <summary>
/// Preble's priority groups with the paper's proportional draw (§3.3): of 55 requests from ten full groups, 10 come from the top group, 9
/// from the next, … 1 from the last. Hits go first most of the time, and nobody starves.
/// </summary>
/// <remarks>
/// The draw is a smooth weighted round robin: at each turn every group that has somebody gains its weight, group + 1; the group with the
/// most credit, the higher one among equals, is served and pays what all gained. So the groups take turns as evenly as whole numbers
/// allow, any part of a draw is proportional and not only a full one, and the last group is served once in P · (P + 1) / 2 turns.
/// Credits are carried from step to step, and forgotten when nobody waits.
/// </remarks>
public sealed class PriorityGroups(int groups) : IQueueDiscipline
{
    private readonly CachedShareGroups _groups = new(groups);
    private readonly long[] _credits = new long[groups];

    public int Count => _groups.Count;

    public void Add(QueuePlace place) => _groups.Add(place);

    public void Remove(QueuePlace place)
    {
        _groups.Remove(place);
        ForgetWhenEmpty();
    }

    public void Rebin(QueuePlace place) => _groups.Rebin(place);

    public QueuePlace? Peek(QueueRound round)
    {
        var (best, most) = (-1, long.MinValue);
        for (var group = _groups.Groups - 1; group >= 0; group--)
        {
            if (!_groups.IsEmpty(group) && _credits[group] + WeightOf(group) > most)
            {
                (best, most) = (group, _credits[group] + WeightOf(group));
            }
        }

        return best < 0 ? null : _groups.First(best);
    }

    public void Take(QueuePlace place, QueueRound round)
    {
        for (var group = 0; group < _groups.Groups; group++)
        {
            if (!_groups.IsEmpty(group))
            {
                _credits[group] += WeightOf(group);
                _credits[place.Group] -= WeightOf(group);
            }
        }

        _groups.Remove(place);
        ForgetWhenEmpty();
    }

    private static int WeightOf(int group) => group + 1;

    private void ForgetWhenEmpty()
    {
        if (_groups.Count == 0)
        {
            Array.Clear(_credits);
        }
    }
}
