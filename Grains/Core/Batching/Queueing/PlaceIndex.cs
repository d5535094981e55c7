using System.Runtime.InteropServices;

namespace Preble.Core.Batching.Queueing;

/// <summary>Which of its two links a place uses in an index.</summary>
internal enum LinkKind
{
    /// <summary>By the hash of the block that the place waits for.</summary>
    WaitsFor = 1,

    /// <summary>By the hash of the last block that it could share.</summary>
    MatchedTo = 2,
}

/// <summary>
/// The places that a block hash concerns, as a list through the places themselves: put in, taken out or taken all at once without a
/// search.
/// </summary>
internal sealed class PlaceIndex(LinkKind kind)
{
    private readonly Dictionary<BlockHash, QueuePlace> _heads = [];

    /// <summary>Makes room for that many different hashes, so that the index does not grow while it works.</summary>
    public void Reserve(int hashes) => _heads.EnsureCapacity(hashes);

    public bool Contains(BlockHash hash) => _heads.ContainsKey(hash);

    public void Add(BlockHash hash, QueuePlace place)
    {
        ref var link = ref LinkOf(place);
        Invariant.Require(!link.IsLinked, "a place is in an index once");
        ref var head = ref CollectionsMarshal.GetValueRefOrAddDefault(_heads, hash, out _);
        link = new IndexLink { Next = head, Key = hash, IsLinked = true };
        if (head is not null)
        {
            LinkOf(head).Previous = place;
        }

        head = place;
    }

    /// <summary>Takes the place out, wherever it is; one that is in no list stays so.</summary>
    public void Remove(QueuePlace place)
    {
        ref var link = ref LinkOf(place);
        if (!link.IsLinked)
        {
            return;
        }

        if (link.Next is { } next)
        {
            LinkOf(next).Previous = link.Previous;
        }

        if (link.Previous is { } previous)
        {
            LinkOf(previous).Next = link.Next;
        }
        else if (link.Next is { } first)
        {
            _heads[link.Key] = first;
        }
        else
        {
            _heads.Remove(link.Key);
        }

        link = default;
    }

    /// <summary>Moves all places that the hash concerns to the list, and takes them out.</summary>
    public void TakeAll(BlockHash hash, List<QueuePlace> into)
    {
        if (!_heads.Remove(hash, out var place))
        {
            return;
        }

        while (place is not null)
        {
            into.Add(place);
            ref var link = ref LinkOf(place);
            (place, link) = (link.Next, default);
        }
    }

    /// <summary>Moves all places to the list, and takes them out.</summary>
    public void TakeAll(List<QueuePlace> into)
    {
        foreach (var head in _heads.Values)
        {
            for (var place = head; place is not null; place = LinkOf(place).Next)
            {
                into.Add(place);
            }
        }

        _heads.Clear();
        foreach (var place in into)
        {
            LinkOf(place) = default;
        }
    }

    private ref IndexLink LinkOf(QueuePlace place)
    {
        if (kind == LinkKind.WaitsFor)
        {
            return ref place.WaitsForLink;
        }

        return ref place.MatchedToLink;
    }
}
