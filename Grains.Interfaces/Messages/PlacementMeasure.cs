namespace Preble;

/// <summary>What the totals mean by which a policy compared workers. Numbers are on the wire: append only.</summary>
[GenerateSerializer, Alias("Preble.PlacementMeasure")]
public enum PlacementMeasure
{
    /// <summary>The policy compares nothing: it takes turns, or draws.</summary>
    None = 1,

    /// <summary>Seconds of the worker's time; the least wins.</summary>
    Seconds = 2,

    /// <summary>Blocks to prefill and to decode; the fewest win.</summary>
    Blocks = 3,

    /// <summary>Requests in flight; the fewest win, unless the longest cached prefix decides.</summary>
    Requests = 4,

    /// <summary>A weighted sum of scores; the highest wins.</summary>
    Score = 5,

    /// <summary>A hash of request and worker; the highest wins.</summary>
    Hash = 6,
}
