using Preble.Core.KvCache;

namespace Preble.Core.Batching.Queueing;

/// <summary>
/// Knows of each waiting sequence how many leading blocks it could share, and parks it while a running sequence is about to compute more of
/// them. Nothing is searched from step to step: the cache tells what changes, and two indexes tell whom it concerns.
/// </summary>
/// <remarks>
/// <para>
/// A place that may go is found by the hash of its first block that is not cached, for that is what will move it on or park it; a parked
/// one by the hash of the <em>last</em> block that running sequences will compute of it, so that a leader's whole prefill wakes a follower
/// once and not block by block. Both are found by the hash of their last matched block, should that be evicted.
/// </para>
/// <para>Eviction takes a prefix's continuations before the prefix, so a removed block moves those matched to it back by exactly one.</para>
/// </remarks>
internal sealed class PrefixWatch : ICacheObserver
{
    /// <summary>Room made before it is needed, at most: who allows a million to wait, as a simulator does, shall not pay for them before they come.</summary>
    private const int MostReserved = 1024;

    private readonly BlockPool _pool;
    private readonly PlaceIndex _waitsFor = new(LinkKind.WaitsFor);
    private readonly PlaceIndex _matchedTo = new(LinkKind.MatchedTo);
    private readonly ComputingBlocks _computing = new();
    private readonly List<QueuePlace> _concerned = [];
    private readonly List<QueuePlace> _aside = [];
    private readonly List<BlockHash> _hashes = [];

    public PrefixWatch(BlockPool pool, int places)
    {
        _pool = pool;
        _pool.Observer = this;
        _waitsFor.Reserve(Math.Min(places, MostReserved));
        _matchedTo.Reserve(Math.Min(places, MostReserved));
    }

    public int ParkedCount { get; private set; }

    /// <summary>A sequence begins to wait.</summary>
    public void Add(QueuePlace place)
    {
        var sequence = place.Sequence;
        (place.MatchedBlocks, place.ShareableBlocks) = (0, (sequence.KnownCount - 1) / sequence.Hashes.BlockSize);
        Settle(place);
        Queue(place);
    }

    /// <summary>Passes a place over until <see cref="TakeBack"/>.</summary>
    public void SetAside(QueuePlace place)
    {
        place.IsSetAside = true;
        _aside.Add(place);
        Queue(place);
    }

    /// <summary>All that were set aside may go again.</summary>
    public void TakeBack()
    {
        foreach (var place in _aside)
        {
            // Who was cancelled meanwhile is set aside no longer.
            if (place.IsSetAside)
            {
                place.IsSetAside = false;
                Queue(place);
            }
        }

        _aside.Clear();
    }

    /// <summary>A sequence waits no longer. One that was admitted has been taken from its level.</summary>
    public void Remove(QueuePlace place, bool admitted)
    {
        Unlink(place);
        ParkedCount -= place.IsParked ? 1 : 0;
        if (place.IsQueued && !admitted)
        {
            place.Level!.Remove(place);
        }

        (place.IsParked, place.IsSetAside, place.IsQueued) = (false, false, false);
    }

    /// <summary>A running sequence has been admitted, or has computed or learned something: some may now wait for its blocks.</summary>
    public void FollowRunning(Sequence sequence)
    {
        if (!ComputingBlocks.IsBehind(sequence))
        {
            return;
        }

        _hashes.Clear();
        _computing.Update(sequence, _hashes);
        ReconsiderThoseWaitingForHashes();
    }

    /// <summary>A sequence runs no longer: those that waited for its blocks find another leader or become one.</summary>
    public void ForgetRunning(Sequence sequence)
    {
        _hashes.Clear();
        _computing.Forget(sequence, _hashes);
        ReconsiderThoseWaitingForHashes();
    }

    void ICacheObserver.Stored(BlockHash hash)
    {
        _waitsFor.TakeAll(hash, _concerned);
        ReconsiderConcerned();
    }

    void ICacheObserver.Removed(BlockHash hash)
    {
        _matchedTo.TakeAll(hash, _concerned);
        foreach (var place in _concerned)
        {
            place.MatchedBlocks--;
        }

        ReconsiderConcerned();
    }

    void ICacheObserver.Cleared()
    {
        _matchedTo.TakeAll(_concerned);
        foreach (var place in _concerned)
        {
            place.MatchedBlocks = 0;
        }

        ReconsiderConcerned();
    }

    private void ReconsiderThoseWaitingForHashes()
    {
        foreach (var hash in _hashes)
        {
            _waitsFor.TakeAll(hash, _concerned);
        }

        ReconsiderConcerned();
    }

    private void ReconsiderConcerned()
    {
        foreach (var place in _concerned)
        {
            Reconsider(place);
        }

        _concerned.Clear();
    }

    private void Reconsider(QueuePlace place)
    {
        Unlink(place);
        Settle(place);
        Queue(place);
    }

    /// <summary>Puts the place into its level's order, takes it out, or ranks it anew.</summary>
    private static void Queue(QueuePlace place)
    {
        var may = !place.IsParked && !place.IsSetAside;
        switch (place.IsQueued, may)
        {
            case (false, true): place.Level!.Add(place); break;
            case (true, false): place.Level!.Remove(place); break;
            case (true, true): place.Level!.Rebin(place); break;
        }

        place.IsQueued = may;
    }

    /// <summary>Finds out where the place stands and puts it into the indexes accordingly.</summary>
    private void Settle(QueuePlace place)
    {
        var hashes = place.Sequence.Hashes;
        while (place.MatchedBlocks < place.ShareableBlocks && _pool.Find(hashes[place.MatchedBlocks]) is not null)
        {
            place.MatchedBlocks++;
        }

        if (place.MatchedBlocks > 0)
        {
            _matchedTo.Add(hashes[place.MatchedBlocks - 1], place);
        }

        var end = EndOfComputing(place);
        var parked = end > place.MatchedBlocks;
        ParkedCount += (parked ? 1 : 0) - (place.IsParked ? 1 : 0);
        place.IsParked = parked;
        if (place.MatchedBlocks < place.ShareableBlocks)
        {
            _waitsFor.Add(hashes[parked ? end - 1 : place.MatchedBlocks], place);
        }
    }

    /// <summary>
    /// Behind the last block of the place that somebody will compute; its matched blocks when nobody will compute the next one. Who will
    /// compute a block will also compute those before it that are not cached, so the search may halve.
    /// </summary>
    private int EndOfComputing(QueuePlace place)
    {
        var (low, high) = (place.MatchedBlocks, place.ShareableBlocks);
        if (low == high || !_computing.Contains(place.Sequence.Hashes[low]))
        {
            return low;
        }

        // The block before low is computed or will be; the one at high is not, or is not shared.
        for (low++; low < high;)
        {
            var middle = (low + high) / 2;
            (low, high) = _computing.Contains(place.Sequence.Hashes[middle]) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void Unlink(QueuePlace place)
    {
        _waitsFor.Remove(place);
        _matchedTo.Remove(place);
    }
}
