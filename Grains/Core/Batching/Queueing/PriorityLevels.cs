namespace Preble.Core.Batching.Queueing;

/// <summary>
/// The levels by <see cref="GenerateCommand.Priority"/>, lowest value first and strictly: while one level has somebody who may go, the next
/// has no turn.
/// </summary>
internal sealed class PriorityLevels(WorkerCoreOptions options)
{
    private readonly List<PriorityLevel> _levels = [];

    /// <summary>A new request is accepted: finds its level and its tenant's queue.</summary>
    public void Enter(QueuePlace place)
    {
        var command = place.Sequence.Command;
        place.Level = LevelOf(command.Priority);
        place.Level.Requests++;
        place.Tenant = place.Level.Tenants.Enter(command.Tenant);
    }

    /// <summary>A request has ended; <paramref name="admitted"/> when it ever ran.</summary>
    public void End(QueuePlace place, bool admitted)
    {
        var level = place.Level!;
        if (!admitted)
        {
            level.Tenants.Leave(place.Tenant!);
        }

        place.Tenant!.Requests--;
        if (--level.Requests == 0 && _levels.Count > Limits.PriorityLevels)
        {
            _levels.Remove(level);
        }
    }

    public QueuePlace? Peek(QueueRound round)
    {
        foreach (var level in _levels)
        {
            if (level.Peek(round) is { } place)
            {
                return place;
            }
        }

        return null;
    }

    private PriorityLevel LevelOf(int priority)
    {
        var index = 0;
        while (index < _levels.Count && _levels[index].Priority < priority)
        {
            index++;
        }

        if (index == _levels.Count || _levels[index].Priority != priority)
        {
            _levels.Insert(index, new PriorityLevel(priority, options));
        }

        return _levels[index];
    }
}
