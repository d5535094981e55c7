using System.Collections.Immutable;

namespace Preble;

/// <summary>What the scheduler has seen of one hot prefix since its last report. Sent in batches, off the request path.</summary>
/// <param name="Tokens">Length of the prefix in tokens.</param>
/// <param name="Requests">Requests that shared it since the last report.</param>
/// <param name="QueueSeconds">Their queueing times added up.</param>
/// <param name="Holders">The workers that hold it now.</param>
[GenerateSerializer, Immutable, Alias("Preble.PrefixNodeReport")]
public sealed record PrefixNodeReport(
    [property: Id(0)] PrefixNodeId Node,
    [property: Id(1)] int Tokens,
    [property: Id(2)] int Requests,
    [property: Id(3)] double QueueSeconds,
    [property: Id(4)] ImmutableArray<WorkerId> Holders)
{
    /// <summary>Requests whose queueing times were added up.</summary>
    [Id(5)]
    public int QueuedRequests { get; init; }

    /// <summary>Times to the first token, added up.</summary>
    [Id(6)]
    public double TtftSeconds { get; init; }

    /// <summary>Requests whose times to the first token were added up.</summary>
    [Id(7)]
    public int TtftRequests { get; init; }

    /// <summary>Where the scheduler sends the prefix's future requests; empty: where it is resident.</summary>
    [Id(8)]
    public ImmutableArray<WorkerId> Assigned { get; init; } = [];

    /// <summary>Counts the changes of the assignment; 0 before the first. The greater one is the newer.</summary>
    [Id(9)]
    public long Generation { get; init; }

    /// <summary>Workers that are much lighter than those that have the prefix, the lightest first; none when there is nobody to help.</summary>
    [Id(10)]
    public ImmutableArray<WorkerId> Candidates { get; init; } = [];
}

/// <summary>What a prefix node knows of itself.</summary>
/// <param name="WindowRequests">Requests within the window H.</param>
/// <param name="WindowQueueSeconds">Mean queueing time of those requests.</param>
[GenerateSerializer, Immutable, Alias("Preble.PrefixNodeRecord")]
public sealed record PrefixNodeRecord(
    [property: Id(0)] PrefixNodeId Node,
    [property: Id(1)] int Tokens,
    [property: Id(2)] ImmutableArray<WorkerId> Holders,
    [property: Id(3)] int WindowRequests,
    [property: Id(4)] double WindowQueueSeconds,
    [property: Id(5)] bool Hot)
{
    /// <summary>Where the prefix's future requests shall go; empty: where it is resident.</summary>
    [Id(6)]
    public ImmutableArray<WorkerId> Assigned { get; init; } = [];

    /// <summary>Counts the changes of the assignment; 0 before the first. The greater one is the newer.</summary>
    [Id(7)]
    public long Generation { get; init; }
}
