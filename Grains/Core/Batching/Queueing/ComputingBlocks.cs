using System.Runtime.InteropServices;

namespace Preble.Core.Batching.Queueing;

/// <summary>
/// The blocks that running sequences know the tokens of and have not registered: each will be computed in a step to come, unless its
/// sequence is stopped. <see cref="Update"/> a sequence when it starts to run and before each step, <see cref="Forget"/> it when it stops.
/// </summary>
internal sealed class ComputingBlocks
{
    private readonly Dictionary<BlockHash, int> _counts = [];

    /// <summary>Different blocks that somebody will compute.</summary>
    public int Count => _counts.Count;

    public bool Contains(BlockHash hash) => _counts.ContainsKey(hash);

    /// <summary>True when the sequence has registered or learned a block since the last update.</summary>
    public static bool IsBehind(Sequence sequence) =>
        sequence.Place.ComputingFrom != sequence.Table.RegisteredCount || sequence.Place.ComputingTo != sequence.Hashes.Count;

    /// <summary>Follows what the sequence has registered and learned; adds to the list what nobody was going to compute before.</summary>
    public void Update(Sequence sequence, List<BlockHash> begun)
    {
        var place = sequence.Place;
        var (from, to) = (sequence.Table.RegisteredCount, sequence.Hashes.Count);
        for (var i = place.ComputingFrom; i < Math.Min(place.ComputingTo, from); i++)
        {
            Remove(sequence.Hashes[i]);
        }

        for (var i = Math.Max(place.ComputingTo, from); i < to; i++)
        {
            if (Add(sequence.Hashes[i]))
            {
                begun.Add(sequence.Hashes[i]);
            }
        }

        (place.ComputingFrom, place.ComputingTo) = (from, to);
    }

    /// <summary>The sequence computes nothing any more; adds to the list what nobody will compute now.</summary>
    public void Forget(Sequence sequence, List<BlockHash> ceased)
    {
        var place = sequence.Place;
        for (; place.ComputingFrom < place.ComputingTo; place.ComputingFrom++)
        {
            var hash = sequence.Hashes[place.ComputingFrom];
            if (Remove(hash))
            {
                ceased.Add(hash);
            }
        }

        (place.ComputingFrom, place.ComputingTo) = (0, 0);
    }

    private bool Add(BlockHash hash)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, hash, out _);
        return ++count == 1;
    }

    private bool Remove(BlockHash hash)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, hash);
        return --count == 0 && _counts.Remove(hash);
    }
}
