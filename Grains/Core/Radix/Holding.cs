namespace Preble.Core.Radix;

/// <summary>
/// What one worker has of one node: the first <see cref="Held"/> blocks of its edge and no others, by the worker's own word; and the
/// requests that use the node there. While one is in flight the whole edge counts as resident: the worker holds it, or is about to compute
/// it.
/// </summary>
public sealed class Holding(RadixNode node, WorkerCache owner)
{
    public RadixNode Node => node;

    public WorkerCache Owner => owner;

    /// <summary>Leading blocks of the edge that the worker has reported.</summary>
    public int Held { get; private set; }

    /// <summary>Requests placed there, through this node, that have not ended.</summary>
    public int InFlight { get; private set; }

    /// <summary>Requests within the window H that share this node on this worker: N_j before it is divided (§3.2).</summary>
    public int Requests { get; private set; }

    /// <summary>Leading blocks that are there or about to be.</summary>
    public int Resident => InFlight > 0 ? node.Count : Held;

    /// <summary>Blocks that requests in flight use: all of the edge, or none.</summary>
    public int InUse => InFlight > 0 ? node.Count : 0;

    /// <summary>True when the worker may evict it: reported and used by nobody.</summary>
    public bool Evictable => InFlight == 0 && Held > 0;

    public bool IsEmpty => Held == 0 && InFlight == 0 && Requests == 0;

    internal Holding? Older { get; set; }

    /// <summary>The holding of the same worker that was used next after this one.</summary>
    public Holding? Newer { get; internal set; }

    /// <summary>The list it is in; null before it is linked and after it is dropped.</summary>
    internal HoldingList? List { get; set; }

    /// <summary>Changes what is known and keeps every count that follows from it right.</summary>
    internal void Set(int held, int inFlight, int requests)
    {
        Invariant.Require(held >= 0 && inFlight >= 0 && requests >= 0, "counts of a holding are never negative");
        Invariant.Require(held <= node.Count, "a worker holds no more of an edge than there is");
        var endsFlight = InFlight > 0 && inFlight == 0;
        owner.Subtract(this);
        (Held, InFlight, Requests) = (held, inFlight, requests);
        owner.Add(this);
        node.SetResident(this);
        owner.Relink(this, endsFlight);
        if (IsEmpty)
        {
            node.Remove(this);
        }
    }

    /// <summary>
    /// The two ends of a cut: the first <paramref name="at"/> blocks go to <paramref name="upper"/>, this one keeps the rest.
    /// </summary>
    internal void CutInto(Holding upper, int at)
    {
        (upper.Held, upper.InFlight, upper.Requests) = (Math.Min(Held, at), InFlight, Requests);
        Held = Math.Max(0, Held - at);
    }

    /// <summary>The edge has grown by what <paramref name="other"/> is of: this one takes over its blocks, and it is gone.</summary>
    internal void Take(Holding other)
    {
        Held += other.Held;
        owner.Subtract(other);
        other.List?.Remove(other);
    }
}
