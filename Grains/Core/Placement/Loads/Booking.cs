using Preble.Core.Placement.Balancing;
using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Prefixes;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Loads;

/// <summary>
/// The load counted for one request, from placement until it has ended and left the window H. <see cref="Bookings"/> makes it and uses it
/// again for a later request: who keeps one beyond that keeps its <see cref="Number"/> and compares.
/// </summary>
public sealed class Booking
{
    /// <summary>Differs for each request.</summary>
    public long Number { get; private set; }

    public RequestId Request { get; private set; }

    public WorkerView Worker { get; private set; } = null!;

    /// <summary>Where its prompt ends in the prefix index; null for one without a full block, or that the index had no room for.</summary>
    public RadixNode? Leaf { get; private set; }

    public TimeSpan PlacedAt { get; private set; }

    /// <summary>Its work: expected while it is in flight, true once it has finished.</summary>
    public TimeSpan Work { get; set; }

    /// <summary>Blocks it needs beyond its prompt's full ones.</summary>
    public int OutputBlocks { get; set; }

    /// <summary>Tokens of its prompt that its worker has to prefill.</summary>
    public int MissedTokens { get; set; }

    /// <summary>Tokens that it attends to when it decodes, in the mean.</summary>
    public int ContextTokens { get; set; }

    /// <summary>Tokens of its prompt and its expected output.</summary>
    public int Tokens { get; set; }

    /// <summary>Who its work is counted for.</summary>
    public string Tenant { get; set; } = "";

    /// <summary>Its output length, known once it has finished.</summary>
    public int OutputTokens { get; set; }

    /// <summary>The hot prefix it shares; null for none.</summary>
    public HotPrefix? HotPrefix { get; set; }

    /// <summary>The load of the key portion it shares, while it counts in the window; null for a prompt without a full block.</summary>
    public KeyLoad? Key { get; set; }

    public bool InFlight { get; set; }

    /// <summary>True while it counts in the window.</summary>
    public bool InWindow { get; set; }

    /// <summary>True while the window remembers it, which may be longer than it counts there.</summary>
    internal bool Queued { get; set; }

    /// <summary>True until its worker has counted it in a status.</summary>
    internal bool Unreported { get; set; }

    /// <summary>True when it failed or was never run: its worker may not have counted it.</summary>
    internal bool Withdrawn { get; set; }

    /// <summary>True while its prompt counts as resident after its end.</summary>
    internal bool InGrace { get; set; }

    /// <summary>The bookings in flight before and after it, oldest first; the next free one when it is not used.</summary>
    internal Booking? Older { get; set; }

    internal Booking? Newer { get; set; }

    internal void Begin(long number, RequestId request, WorkerView worker, RadixNode? leaf, TimeSpan placedAt)
    {
        (Number, Request, Worker, Leaf, PlacedAt) = (number, request, worker, leaf, placedAt);
        (Work, OutputBlocks, MissedTokens, ContextTokens, OutputTokens) = (TimeSpan.Zero, 0, 0, 0, 0);
        (HotPrefix, Key, Withdrawn, Tokens, Tenant) = (null, null, false, 0, "");
    }

    /// <summary>Lets go of all it names, to be used again.</summary>
    internal void Release() => Begin(0, default, null!, null, TimeSpan.Zero);
}
