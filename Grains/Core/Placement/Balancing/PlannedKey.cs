namespace Preble.Core.Placement.Balancing;

/// <summary>A key portion and all below it, as one round of rebalancing sees them: the work that goes to each worker by present assignments.</summary>
internal sealed class PlannedKey(KeyLoad key)
{
    private readonly List<(int Slot, TimeSpan Work)> _work = [];

    public KeyLoad Key => key;

    public PlannedKey? Above { get; set; }

    public List<PlannedKey> Below { get; } = [];

    /// <summary>All of it, over all workers.</summary>
    public TimeSpan Total { get; private set; }

    /// <summary>True when it or something below is assigned to several workers: its node has decided that, and a move would undo it.</summary>
    public bool Replicated { get; set; }

    public TimeSpan On(int slot)
    {
        foreach (var (at, work) in _work)
        {
            if (at == slot)
            {
                return work;
            }
        }

        return TimeSpan.Zero;
    }

    /// <summary>The worker with the most of it; the lower slot of equals.</summary>
    public int MainSlot
    {
        get
        {
            var (main, most) = (-1, TimeSpan.Zero);
            foreach (var (slot, work) in _work)
            {
                if (work > most || (work == most && slot < main))
                {
                    (main, most) = (slot, work);
                }
            }

            return main;
        }
    }

    public IReadOnlyList<(int Slot, TimeSpan Work)> Work => _work;

    public void Add(int slot, TimeSpan work)
    {
        Total += work;
        var index = _work.FindIndex(entry => entry.Slot == slot);
        if (index < 0)
        {
            _work.Add((slot, work));
        }
        else
        {
            _work[index] = (slot, _work[index].Work + work);
        }
    }

    /// <summary>All of it and of what is below goes to one worker now.</summary>
    public void GatherOn(int slot)
    {
        var total = Total;
        Total = TimeSpan.Zero;
        _work.Clear();
        Add(slot, total);
        Below.ForEach(below => below.GatherOn(slot));
    }
}
