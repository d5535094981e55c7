namespace Preble.Core.Batching.Queueing;

/// <summary>
/// Requests in P groups by the cached share of their prompts (Preble §3.3), first come, first served within a group. Group 0 has the least
/// cached, group P − 1 the most.
/// </summary>
public sealed class CachedShareGroups
{
    private readonly PlaceHeap[] _groups;

    public CachedShareGroups(int groups)
    {
        Invariant.Require(groups > 0, "there is at least one group");
        _groups = new PlaceHeap[groups];
        for (var group = 0; group < groups; group++)
        {
            _groups[group] = new PlaceHeap();
        }
    }

    public int Groups => _groups.Length;

    public int Count { get; private set; }

    /// <summary>The group of a hit: 0 without one, else ceil(share · P) − 1; in whole numbers, so that 10 % of anything is exactly 10 %.</summary>
    public static int GroupOf(int cachedTokens, int promptTokens, int groups) =>
        cachedTokens == 0 ? 0 : (int)((((long)cachedTokens * groups) + promptTokens - 1) / promptTokens) - 1;

    public bool IsEmpty(int group) => _groups[group].Count == 0;

    public QueuePlace? First(int group) => _groups[group].First;

    public void Add(QueuePlace place)
    {
        place.Group = GroupOf(place);
        _groups[place.Group].Add(place, 0);
        Count++;
    }

    public void Remove(QueuePlace place)
    {
        _groups[place.Group].Remove(place);
        Count--;
    }

    public void Rebin(QueuePlace place)
    {
        if (GroupOf(place) != place.Group)
        {
            Remove(place);
            Add(place);
        }
    }

    private int GroupOf(QueuePlace place) => GroupOf(place.CachedTokens, place.Sequence.KnownCount, Groups);
}
