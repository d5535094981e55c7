using System.Runtime.CompilerServices;

namespace Preble.Core.Radix;

/// <summary>
/// Where each known block lies. Open addressing over 16 bytes a place: a place carries 32 bits of the hash, and the hash itself is compared
/// where the edge keeps it. Many small tables that grow one by one, so that no call copies more than a small part of it.
/// </summary>
internal sealed class BlockTable
{
    private const int Shards = 256;
    private const int FirstPlaces = 4;
    private readonly Place[][] _places = new Place[Shards][];
    private readonly int[] _counts = new int[Shards];

    /// <summary>Blocks known.</summary>
    public int Count { get; private set; }

    /// <summary>Places, taken or not.</summary>
    public long Capacity { get; private set; }

    public RadixNode? Find(BlockHash hash, out int index)
    {
        var mixed = Mix(hash);
        if (_places[mixed >> 56] is { } places)
        {
            var mask = places.Length - 1;
            var tag = (uint)mixed;
            for (var at = (int)tag & mask; ; at = (at + 1) & mask)
            {
                ref var place = ref places[at];
                if (place.Node is null)
                {
                    break;
                }

                if (place.Tag == tag && place.Node.At(place.Index) == hash)
                {
                    index = place.Index;
                    return place.Node;
                }
            }
        }

        index = 0;
        return null;
    }

    /// <summary>Adds a block; false when it is known already. The node must have it at this index by now.</summary>
    public bool TryAdd(BlockHash hash, RadixNode node, int index)
    {
        var mixed = Mix(hash);
        var shard = (int)(mixed >> 56);
        var places = _places[shard] ??= NewPlaces(FirstPlaces);
        if (_counts[shard] * 4 >= places.Length * 3)
        {
            places = _places[shard] = Grow(places);
        }

        var (mask, tag) = (places.Length - 1, (uint)mixed);
        var at = (int)tag & mask;
        for (; places[at].Node is { } other; at = (at + 1) & mask)
        {
            if (places[at].Tag == tag && other.At(places[at].Index) == hash)
            {
                return false;
            }
        }

        places[at] = new Place(node, index, tag);
        _counts[shard]++;
        Count++;
        return true;
    }

    /// <summary>Another node has the block now. The old one must still have it too, for that is how it is found.</summary>
    public void Move(BlockHash hash, RadixNode node, int index)
    {
        ref var place = ref Require(hash, out _, out _);
        (place.Node, place.Index) = (node, index);
    }

    /// <summary>Forgets a known block; those after it move up, so that no search ends too early.</summary>
    public void Remove(BlockHash hash)
    {
        Require(hash, out var shard, out var hole);
        var places = _places[shard];
        var mask = places.Length - 1;
        for (var at = (hole + 1) & mask; places[at].Node is not null; at = (at + 1) & mask)
        {
            var home = (int)places[at].Tag & mask;
            if (((at - home) & mask) >= ((at - hole) & mask))
            {
                places[hole] = places[at];
                hole = at;
            }
        }

        places[hole] = default;
        _counts[shard]--;
        Count--;
        if (_counts[shard] == 0)
        {
            // An index that has shrunk to nothing keeps nothing.
            Capacity -= places.Length;
            _places[shard] = null!;
        }
    }

    private ref Place Require(BlockHash hash, out int shard, out int at)
    {
        var mixed = Mix(hash);
        var tag = (uint)mixed;
        shard = (int)(mixed >> 56);
        var places = _places[shard];
        for (at = (int)tag & (places.Length - 1); places[at].Node is { } node; at = (at + 1) & (places.Length - 1))
        {
            if (places[at].Tag == tag && node.At(places[at].Index) == hash)
            {
                return ref places[at];
            }
        }

        throw new InvariantException("Broken invariant: a block that is moved or forgotten is known.");
    }

    private Place[] Grow(Place[] old)
    {
        var places = NewPlaces(old.Length * 2);
        Capacity -= old.Length;
        foreach (ref var place in old.AsSpan())
        {
            if (place.Node is not null)
            {
                Put(places, place);
            }
        }

        return places;
    }

    private Place[] NewPlaces(int count)
    {
        Capacity += count;
        return new Place[count];
    }

    private static void Put(Place[] places, Place place)
    {
        var mask = places.Length - 1;
        var at = (int)place.Tag & mask;
        while (places[at].Node is not null)
        {
            at = (at + 1) & mask;
        }

        places[at] = place;
    }

    /// <summary>Hashes come from workers; what they choose must not pile up in one place more than chance does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(BlockHash hash)
    {
        var mixed = (hash.Low ^ ulong.RotateLeft(hash.High, 32)) * 0x9E3779B97F4A7C15;
        return (mixed ^ (mixed >> 32)) * 0xD1B54A32D192ED03;
    }

    /// <summary>The node, and the block's number there, which a cut does not change.</summary>
    private record struct Place(RadixNode? Node, int Index, uint Tag);
}
