using System.Collections;

namespace Preble.Core.Radix;

/// <summary>
/// Holdings of one worker from the least to the most recently used; an intrusive list, so that a touch costs nothing but pointers.
/// </summary>
public sealed class HoldingList : IEnumerable<Holding>
{
    /// <summary>The one used longest ago; follow <see cref="Holding.Newer"/> from here.</summary>
    public Holding? Oldest { get; private set; }

    /// <summary>Holdings in the list.</summary>
    internal int Count { get; private set; }

    private Holding? Newest { get; set; }

    internal void AddNewest(Holding holding) => Insert(holding, Newest, newer: null);

    /// <summary>Nothing is known of its last use.</summary>
    internal void AddOldest(Holding holding) => Insert(holding, older: null, Oldest);

    internal void AddBefore(Holding holding, Holding newer) => Insert(holding, newer.Older, newer);

    internal void AddAfter(Holding holding, Holding older) => Insert(holding, older, older.Newer);

    internal void Remove(Holding holding)
    {
        Invariant.Require(holding.List == this, "a holding is taken out of the list it is in");
        Count--;
        if (holding.Older is null)
        {
            Oldest = holding.Newer;
        }
        else
        {
            holding.Older.Newer = holding.Newer;
        }

        if (holding.Newer is null)
        {
            Newest = holding.Older;
        }
        else
        {
            holding.Newer.Older = holding.Older;
        }

        (holding.Older, holding.Newer, holding.List) = (null, null, null);
    }

    /// <summary>From the oldest on; the list must not change meanwhile.</summary>
    public IEnumerator<Holding> GetEnumerator()
    {
        for (var holding = Oldest; holding is not null; holding = holding.Newer)
        {
            yield return holding;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Insert(Holding holding, Holding? older, Holding? newer)
    {
        Invariant.Require(holding.List is null, "a holding is in one list at a time");
        Count++;
        (holding.Older, holding.Newer, holding.List) = (older, newer, this);
        if (older is null)
        {
            Oldest = holding;
        }
        else
        {
            older.Newer = holding;
        }

        if (newer is null)
        {
            Newest = holding;
        }
        else
        {
            newer.Older = holding;
        }
    }
}
