using Preble.Core.Placement.Balancing;
using Preble.Core.Placement.Fleet;
using Preble.Core.Placement.Prefixes;
using Preble.Core.Radix;

namespace Preble.Core.Placement.Loads;

/// <summary>The load counted for one request, from placement until it has ended and left the window H.</summary>
public sealed class Booking(RequestId request, WorkerView worker, RadixNode? leaf, TimeSpan placedAt)
{
    public RequestId Request => request;

    public WorkerView Worker => worker;

    /// <summary>Where its prompt ends in the prefix index; null for one without a full block, or that the index had no room for.</summary>
    public RadixNode? Leaf => leaf;

    public TimeSpan PlacedAt => placedAt;

    /// <summary>Its work: expected while it is in flight, true once it has finished.</summary>
    public TimeSpan Work { get; set; }

    /// <summary>Blocks it needs beyond its prompt's full ones.</summary>
    public int OutputBlocks { get; init; }

    /// <summary>Tokens of its prompt that were not cached when it was placed.</summary>
    public int MissedTokens { get; init; }

    /// <summary>Tokens of its prompt and its expected output.</summary>
    public int Tokens { get; init; }

    /// <summary>Who its work is counted for.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Its output length, known once it has finished.</summary>
    public int OutputTokens { get; set; }

    /// <summary>The hot prefix it shares; null for none.</summary>
    public HotPrefix? HotPrefix { get; set; }

    /// <summary>The load of the key portion it shares, while it counts in the window; null for a prompt without a full block.</summary>
    public KeyLoad? Key { get; set; }

    public bool InFlight { get; set; }

    /// <summary>True while it counts in the window.</summary>
    public bool InWindow { get; set; }

    /// <summary>Its place among the bookings in flight, oldest first.</summary>
    internal LinkedListNode<Booking>? Place { get; set; }
}
