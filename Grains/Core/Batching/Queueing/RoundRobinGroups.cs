namespace Preble.Core.Batching.Queueing;

/// <summary>
/// Preble's priority groups with the draw of its released code (Alg. 3 of the paper): a pointer goes round the groups from the top down;
/// each step serves the first group from there that has somebody, up to (group + 1) · k requests, and no other. Over a full round the
/// limits are P : P − 1 : … : 1; a single step sees one group.
/// </summary>
/// <param name="quantum">k: more makes better use of the cache, less is fairer.</param>
public sealed class RoundRobinGroups(int groups, int quantum) : IQueueDiscipline
{
    private readonly CachedShareGroups _groups = new(groups);
    private int _pointer = groups - 1;
    private long _round = -1;
    private int _served = -1;
    private long _left;

    public int Count => _groups.Count;

    public void Add(QueuePlace place) => _groups.Add(place);

    public void Remove(QueuePlace place) => _groups.Remove(place);

    public void Rebin(QueuePlace place) => _groups.Rebin(place);

    public QueuePlace? Peek(QueueRound round)
    {
        if (round.Number == _round)
        {
            return _left == 0 ? null : _groups.First(_served);
        }

        var group = FirstFromPointer();
        return group < 0 ? null : _groups.First(group);
    }

    public void Take(QueuePlace place, QueueRound round)
    {
        if (round.Number != _round)
        {
            (_round, _served, _left) = (round.Number, place.Group, (place.Group + 1L) * quantum);
            _pointer = place.Group == 0 ? _groups.Groups - 1 : place.Group - 1;
        }

        _left--;
        _groups.Remove(place);
    }

    /// <summary>The first group, from the pointer down and then from the top, that has somebody; −1 when none has.</summary>
    private int FirstFromPointer()
    {
        for (var i = 0; i < _groups.Groups; i++)
        {
            var group = _pointer - i < 0 ? _pointer - i + _groups.Groups : _pointer - i;
            if (!_groups.IsEmpty(group))
            {
                return group;
            }
        }

        return -1;
    }
}
