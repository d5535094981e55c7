namespace Preble.Core.Batching.Queueing;

/// <summary>
/// A sequence's place in the queue: what is known of it while it waits, and its links in the structures that hold it, so that moving it
/// costs no search and no allocation. One for a sequence's whole life; written by the queue alone.
/// </summary>
public sealed class QueuePlace(Sequence sequence)
{
    internal IndexLink WaitsForLink;
    internal IndexLink MatchedToLink;

    public Sequence Sequence { get; } = sequence;

    public long Arrival => Sequence.Arrival;

    /// <summary>Leading blocks that it could share if it were admitted now. Out of date while parked, for then nobody asks.</summary>
    public int MatchedBlocks { get; internal set; }

    /// <summary>What can be shared at most: the last known token is always computed, for the next one is sampled from it.</summary>
    public int ShareableBlocks { get; internal set; }

    /// <summary>Leading tokens of the matched blocks.</summary>
    public int CachedTokens => MatchedBlocks * Sequence.Hashes.BlockSize;

    /// <summary>True while a running sequence is about to compute a block that this one can then share.</summary>
    public bool IsParked { get; internal set; }

    /// <summary>True while it is passed over until the next step: somebody computes a part of its next block just now.</summary>
    public bool IsSetAside { get; internal set; }

    /// <summary>True while it is in its level's order: neither parked nor set aside.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>True when it ran before and was preempted: its reader has seen part of the answer.</summary>
    public bool Resumes { get; internal set; }

    /// <summary>Whose work it is; null before it is queued for the first time.</summary>
    internal TenantQueue? Tenant { get; set; }

    /// <summary>The priority level that it is queued in.</summary>
    internal PriorityLevel? Level { get; set; }

    /// <summary>The group of its cached share, in a discipline that has groups.</summary>
    internal int Group { get; set; }

    /// <summary>Positions in the heaps of its discipline; −1 in none.</summary>
    internal int FirstPosition { get; set; } = -1;

    internal int SecondPosition { get; set; } = -1;

    /// <summary>While it runs: the blocks from here to before <see cref="ComputingTo"/> are counted as being computed.</summary>
    internal int ComputingFrom { get; set; }

    internal int ComputingTo { get; set; }
}

/// <summary>A place's link in one <see cref="PlaceIndex"/>.</summary>
internal struct IndexLink
{
    public QueuePlace? Previous;
    public QueuePlace? Next;
    public BlockHash Key;
    public bool IsLinked;
}
